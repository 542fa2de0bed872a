/** What parameters are called within a sentence. */
const parameterNames: Record<string, string> = {
  temperature: "temperature",
  top_p: "top-p",
  max_tokens: "the longest answer",
  stop: "stop words",
  seed: "seed",
  reasoning_effort: "reasoning effort",
  json_schema: "the shape of the answer",
};

/** Every word the chat puts on screen. Short, in sentence case, without blame. */
export const words = {
  usedTitle: (unpriced: number) =>
    unpriced > 0
      ? "All answers of this conversation. The price of some is not known."
      : "All answers of this conversation",
  branchTitle: (unpriced: number) =>
    unpriced > 0
      ? "The answers that are shown. The price of some is not known."
      : "The answers that are shown",
  shown: "Shown",
  inAll: "In all",
  loading: "Reading the conversation",
  untitled: "New chat",
  newChat: "New chat",
  conversations: "Conversations",
  noConversations: "Your conversations will be listed here.",
  listFailed: "The conversations could not be read.",
  tryAgain: "Try again",

  emptyTitle: "What shall we look into?",
  emptyLead:
    "Ask anything, or paste what you are working on. The answer stays here for you to come back to.",
  noModelTitle: "No model is ready yet",
  noModelLead: "Answers need a model: one on this machine, or one of a provider you trust.",
  chooseModel: "Set up a model",

  goneTitle: "This conversation is not here",
  goneLead: "It was deleted, or it belongs to somebody else.",
  threadFailed: "This conversation could not be read.",
  startNew: "Start a new chat",
  loadingOlder: "Reading earlier messages",
  notDrawn: "This message could not be laid out. It is shown as it was written.",

  message: "Message",
  placeholder: "Write a message",
  nextPlaceholder: "Write the next message",
  send: "Send",
  sendAfter: "Send when this answer has ended",
  stop: "Stop",
  stopKey: "Stop (Esc)",
  noModelChosen: "Choose a model first",

  parameters: "Parameters",
  parametersChanged: "Parameters, changed",
  reset: "Reset all",
  clear: "Clear",
  auto: "Auto",
  modelsChoice: "Model’s choice",
  clearOne: (what: string) => `Clear ${what}`,
  temperature: "Temperature",
  temperatureHint: "Low keeps to what is likely, high is more daring.",
  topP: "Top-p",
  topPHint: "Only the likeliest words that together reach this share.",
  effort: "Reasoning effort",
  efforts: { none: "None", low: "Low", medium: "Medium", high: "High" },
  maxTokens: "Longest answer, in tokens",
  seed: "Seed",
  stops: "Stop words",
  stopsHint: "One on each line. The answer ends before the first of them.",
  schema: "Shape of the answer",
  schemaHint: "A JSON Schema of an object. Answers are JSON of that shape.",
  schemaWrong: "Not yet the JSON Schema of an object: it says “type”: “object”.",
  mayBeKept: "The same question may be answered as it was before.",
  notTaken: (model: string) => `${model} does not take this.`,
  leftOut: (model: string, names: readonly string[]) =>
    `Not sent to ${model}, which does not take it: ${names.map((name) => parameterNames[name] ?? name).join(", ")}.`,
  presets: "Presets",
  savePreset: "Save as a preset",
  presetName: "Name of the preset",
  forgetPreset: (name: string) => `Forget the preset ${name}`,

  you: "You",
  answer: "Answer",
  answerBy: (model: string) => `Answer by ${model}`,
  answeredBefore: {
    same: "Answered before",
    together: "Answered together with the same question",
    similar: "A similar question was answered before",
  },
  askAgain: "Ask again",
  saved: (tokens: string) => `${tokens} saved`,
  writtenBy: (target: string) => `answered by ${target}`,
  variant: (name: string) => `variant ${name}`,
  copy: "Copy",
  copyMarkdown: "Copy as Markdown",
  copied: "Copied",
  copyFailed: "Your browser did not allow copying.",
  edit: "Edit",
  regenerate: "Regenerate",
  rate: "Rate this answer",
  verdicts: { up: "Good answer", down: "Bad answer" },
  why: { up: "What was good about it? (optional)", down: "What was wrong with it? (optional)" },
  whoReadsIt: "Whoever looks after this workspace can read it.",
  noReason: "Skip",
  continue: "Continue",
  versions: "Versions",
  versionsOfAnswer: "Versions of this answer",
  versionsOfMessage: "Versions of this message",
  previousVersion: "Previous version",
  nextVersion: "Next version",
  editing: "Edit your message",
  editNote: "Sending makes a new version. The old one, and its answers, stay behind the arrows.",
  cancel: "Cancel",
  reasoning: "Reasoning",

  jump: "Jump to latest",

  sending: "Sending",
  waitingInLine: "Waits for the answer above",
  delayed: "Not sent yet. It goes out when the server can be reached.",
  withdraw: "Take back",
  refused: "Not sent",

  rename: "Rename",
  title: "Title",
  save: "Save",
  delete: "Delete",
  deleted: (title: string) => `“${title}” was deleted`,
  more: "More",
  running: "Running",
  unread: "Unread",
  isShared: "Shared",

  offline: "The server cannot be reached. What you write is kept and sent as soon as it is back.",
  reconnect: "Connect now",

  couldNotStop: "The answer could not be stopped. Try again.",
  couldNotDo: "That did not work. Try again.",
} as const;

/** “3 words”, with the number grouped and never on another line than its unit. */
export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString("en")}\u00a0${count === 1 ? one : many}`;
}

/** “11 s”, “2 min”, “1 h 5 min”. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return `${whole}\u00a0s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes}\u00a0min`;
  return `${Math.floor(minutes / 60)}\u00a0h ${minutes % 60}\u00a0min`;
}
