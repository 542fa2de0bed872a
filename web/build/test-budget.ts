import type { Reporter, Vitest } from "vitest/node";

/** 10 s on two cores, in seconds of processor time: waiting for a busy machine is no slow suite. */
const budget = 20;

/** Says what a run of the unit tests cost. It fails none: the same work costs a busy machine half as much again. */
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
      const isOver = !isWatching && seconds > budget;
      const verdict = isOver ? `above the budget of ${budget} s` : `the budget is ${budget} s`;
      process.stdout.write(`\n  ${seconds.toFixed(1)} s of processor time; ${verdict}.\n`);
    },
  };
}
