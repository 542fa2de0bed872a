/** Every word about keys of programs. */
export const words = {
  title: "Keys",
  lead: "With a key, a program asks in your name: the models and doors you choose, and never more than you may do yourself.",
  titleOf: (name: string) => `Keys of ${name}`,
  leadOf: (name: string) => `With one of these, a program asks as ${name}, apart from any person.`,
  leadEverybodys:
    "All keys of this workspace. Nobody is shown their secrets; any of them can be revoked here.",
  whose: "Whose",
  mine: "Mine",
  everybodys: "Everybody's",
  list: "Keys",
  make: "Make a key",
  noneTitle: "No key yet",
  noneLead: "A key is shown once, when it is made. Put it where the program keeps its secrets.",
  showMore: "Show more",
  more: (name: string) => `More for ${name}`,
  change: "Change",
  rotate: "Rotate",
  revoke: "Revoke",

  every: "every model",
  used: (when: string) => `Used ${when}`,
  unused: "Never used",
  expired: "Expired",
  until: (when: string) => `until ${when}`,
  forGood: "no end",
  goesOn: (shown: string, until: string, used: string) =>
    `${shown} goes on until ${until} · ${used}`,
  from: (networks: string) => `only from ${networks}`,
  of: (name: string) => `of ${name}`,

  makeTitle: "Make a key",
  makeTitleFor: (name: string) => `Make a key for ${name}`,
  changeTitle: (name: string) => name,
  save: "Save",
  name: "Name",
  nameHint: "What the program is, so that you know the key again.",
  nameMissing: "It needs a name.",
  doors: "Doors",
  doorsMissing: "Choose at least one door.",
  door: {
    api: "Arcano",
    openai: "OpenAI",
    anthropic: "Anthropic",
    ollama: "Ollama",
    gemini: "Gemini",
  },
  doorNote: {
    api: "Conversations, models and batch jobs, under /api",
    openai: "For programs that speak as OpenAI does",
    anthropic: "For programs that speak as Anthropic does",
    ollama: "For programs that speak as Ollama does",
    gemini: "For programs that speak as Gemini does",
  },
  models: "Models",
  modelsHint: "Names, separated by commas; * stands for anything.",
  modelsMissing: "Name at least one, or * for every model.",
  lasts: "Good for",
  days: (days: number) => (days === 365 ? "A year" : `${days} days`),
  forever: "Until it is revoked",
  asBefore: "As before",
  limits: "Limits",
  addresses: "Only from these addresses",
  addressesHint: "Addresses or networks, separated by commas. Left empty: from anywhere.",
  requests_per_minute: "Calls a minute",
  tokens_per_minute: "Tokens a minute",
  concurrent: "Calls at once",
  noLimit: "no limit of its own",
  numberWrong: "A whole number from 1, or nothing.",

  madeTitle: (name: string) => `The key of ${name}`,
  madeLead: "Copy it now. It is shown only here, and kept nowhere.",
  secret: "Key",
  copy: "Copy the key",
  copied: "The key was copied",
  notCopied: "The browser does not let the page copy. Select the key and copy it by hand.",
  snippet: "To try it",
  copySnippet: "Copy",
  snippetCopied: "Copied",
  changed: (name: string) => `${name} was changed`,
  undone: (name: string) => `${name} is as before`,

  rotateTitle: (name: string) => `Rotate ${name}?`,
  rotateLead: (shown: string) =>
    `You get another key. The one until now, ${shown}, goes on for a while, so that the program can be told.`,
  overlap: "The old one goes on for",
  overlaps: { 0: "No time: it ends now", 3600: "An hour", 86400: "A day", 604800: "A week" },

  revokeTitle: (name: string) => `Revoke ${name}?`,
  revokeLead: (shown: string) =>
    `${shown} opens nothing any more, at once and for good. Whatever is being answered to it breaks off.`,
  revokeNote: (used: string) => `${used}. Programs that still have it are refused.`,
  revoked: (name: string) => `${name} was revoked`,
  failed: "That did not work. Try again.",
} as const;

const failures: Record<string, string> = {
  "key-not-found": "This key is gone already.",
  unreachable: "The server cannot be reached. What you entered is still here; try again.",
};

/** What to say for a failure with this `code`; the server's own sentence where we have none. */
export function failureWords(code: string, message: string): string {
  return failures[code] ?? message;
}
