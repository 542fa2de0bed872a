import type { Reporter, Vitest } from "vitest/node";

/** 10 s on two cores, in seconds of processor time: waiting for a busy machine is no slow suite. */
const budget = 20;
/** Cores that are shared do less in a second. */
const patience = 1.5;

/** Says what a run of the unit tests cost, and fails one that costs more than a person waits for. */
export function testBudget(): Reporter {
  let isWatching = false;
  return {
    onInit(vitest: Vitest) {
      isWatching = vitest.config.watch;
    },
    onTestRunEnd() {
      // Tests run in threads of this process, so that this counts them all.
      const { user, system } = process.cpuUsage();
      const seconds = (user + system) / 1_000_000;
      const cost = `${seconds.toFixed(1)} s of processor time; the budget is ${budget} s.`;
      if (isWatching || seconds <= budget * patience) {
        process.stdout.write(`\n  ${cost}\n`);
        return;
      }
      process.stderr.write(`\n  The suite is too slow: ${cost}\n`);
      process.exitCode = 1;
    },
  };
}
