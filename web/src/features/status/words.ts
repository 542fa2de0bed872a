/** Every word about how the targets are doing. */

export const words = {
  title: "Status",
  lead: "How each model answers, now and lately. Looks again every two seconds while you watch.",
  targets: "Targets",
  columns: {
    target: "Target",
    health: "Health",
    line: "Line",
    speed: "Tokens a second",
    firstWord: "First word",
  },
  nothingTitle: "Nothing has been asked yet",
  nothingLead:
    "A model appears here with its first question, and the models of a route as soon as there is one: whether they answer, how fast, and who waits.",
  makeRoute: "Make a route",
  sharedLine: "Calls wait in one line over all servers, kept in Redis.",
  lineGone: "The line cannot be reached",
  lineGoneLead:
    "The Redis that the servers share does not answer. Answers being written go on, new questions are refused; it is tried again by itself.",
  asSeen: (when: string) =>
    `The server does not answer. This is what was seen ${when}; it is asked again by itself.`,
  ofRoutes: (routes: readonly string[]) => `in ${routes.join(", ")}`,
  healthy: "Answers",
  notAsked: "Not asked yet",
  answering: (running: number) => `Answering ${running}`,
  allWaiting: "Calls wait",
  resting: (seconds: number) =>
    seconds < 1 ? "Left alone, tried with the next call" : `Left alone for ${wait(seconds)}`,
  trying: "Tried with the next call",
  failing: "Fails",
  unknownModel: "No such model",
  notAnswering: "Its server does not answer",
  unknownHealth: "Not known",
  lately: (answered: number, failed: number) =>
    failed === 0
      ? `${count(answered)} answered in the last hour`
      : `${count(failed)} of ${count(answered + failed)} failed in the last hour`,
  lastFailure: "Last failure",
  running: (running: number) => `${count(running)} running`,
  waiting: (waiting: number) => `${count(waiting)} waiting`,
  noLine: "none",
  lineUnknown: "not known",
  noAnswers: "no answers",
  tokensASecond: "tokens a second",
  askAgain: "Ask it again",
  askAgainNow: (target: string) => `Ask it again: ${target}`,
  asked: (target: string) => `${target} is asked again from now on`,
  notAskedAgain: "That did not work. Try again.",
} as const;

export function count(value: number): string {
  return value.toLocaleString("en");
}

/** “12 s”, “4 min”. */
export function wait(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 90 ? `${whole}\u00a0s` : `${Math.round(whole / 60)}\u00a0min`;
}

/** “0.4 s”, “85 ms”. */
export function firstWord(seconds: number): string {
  return seconds < 0.1
    ? `${Math.max(1, Math.round(seconds * 1000))}\u00a0ms`
    : `${seconds.toFixed(1)}\u00a0s`;
}

/** “12”, “3.4”. */
export function speed(tokens: number): string {
  return tokens.toLocaleString("en", { maximumFractionDigits: tokens < 10 ? 1 : 0 });
}
