/** Every word about routes: what they are for, and what can be said about one. */

export const words = {
  title: "Routes and fallback",
  lead: "A route is a name that people choose like a model. Behind it stand several: where one fails, the next goes on with the same answer.",
  make: "Make a route",
  routes: "Routes",
  targets: (route: string) => `Models behind ${route}`,

  emptyTitle: "No route yet",
  emptyLead:
    "With a route, a question does not depend on a single model. Put two behind one name, perhaps your own server first and a provider after it: the second answers while the first is full, down or too small. People see who took over, and why.",
  makeOne: "Make one",
  ownerMakes: "The owner of the workspace can make one.",

  fromFile: "From arcano.toml",
  lockedWhy:
    "It stands in arcano.toml, under [[inference.routes]]. Change it there and start the server again.",
  notInEffect: "Not in effect",
  more: (route: string) => `More for ${route}`,
  edit: "Edit",
  delete: "Delete",
  deleted: (route: string) => `The route ${route} was deleted`,
  restored: (route: string) => `The route ${route} is back`,
  saved: (route: string) => `The route ${route} was changed`,
  made: (route: string) => `${route} can be chosen now`,
  undone: (route: string) => `The route ${route} is as it was`,

  inTurn: "Asked in this order",
  shared: "Each call goes to the least busy",
  compared: "Each conversation stays with one, drawn by weight",
  custom: "Asked by rank",
  nextGoesOn: (reasons: string) => `The next goes on if one ${reasons}`,
  nobodyGoesOn: "Nobody goes on if one fails",
  reasons: {
    failure: "fails",
    overload: "is full or asks to slow down",
    context_too_long: "cannot take so much text",
    refusal: "refuses to answer",
  },
  atOnce: (running: number) => `${count(running)} at once`,
  mayWait: (waiting: number) => `${count(waiting)} may wait`,
  upTo: (tokens: number) => `up to ${count(tokens)} tokens`,
  silentFor: (seconds: number) => `${count(seconds)} s to the first word`,
  gathers: (texts: number) => `${count(texts)} ${texts === 1 ? "text" : "texts"} a request`,
  noImages: "no images",
  noTools: "no tools",
  goesOn: "rows as bare text",
  weighs: (weight: number) => `weight ${count(weight)}`,
  variant: (name: string) => `variant ${name}`,
  rank: (rank: number) => `rank ${rank}`,

  editTitle: (route: string) => `Edit ${route}`,
  makeLead: "Give it a name, and choose who answers under it.",
  editLead: "A change holds for the next question; answers being written are not touched.",
  name: "Name",
  nameHint: "What people choose, and what programs send as the model.",
  nameMissing: "A route needs a name.",
  models: "Models behind it",
  model: (place: number) => `Model ${place}`,
  chooseModel: "Choose a model",
  modelMissing: "Choose the model.",
  notListed: (model: string) => `${model} (not known now)`,
  addModel: "Add a model",
  removeModel: (model: string) => `Remove ${model}`,
  thisModel: "this model",
  move: (model: string, place: number, of: number) =>
    `Move ${model}, ${place} of ${of}. Press the up or down arrow key, or drag.`,
  movedTo: (model: string, place: number, of: number) => `${model} is now ${place} of ${of}`,
  moreSettings: (model: string) => `Limits and conditions of ${model}`,
  limits: "Limits and conditions",

  how: "How they are asked",
  howInTurn: "One after the other",
  howInTurnHint: "The next is asked only where the one before cannot answer.",
  howShared: "Share the calls",
  howSharedHint: "All are equals: each call goes to the one that is least busy for its weight.",
  howCompared: "Compare them",
  howComparedHint:
    "Each conversation is given one, drawn by weight, and stays with it. Who answered stands with each message.",
  howCustom: "By rank",
  howCustomHint: "Lower ranks are asked first; those of one rank are equals.",
  weight: "Weight",
  variantName: "Variant",
  rankField: "Rank",
  running: "Calls at once",
  runningHint: "Left empty: any number.",
  waiting: "Calls that may wait",
  waitingHint: "More are refused at once. Left empty: as the server is set.",
  maxInput: "Longest conversation, in tokens",
  maxInputHint: "Longer ones go to the others. Left empty: any.",
  ownPatience: "How long this one may be silent",
  ownPatienceNote: "In seconds. Left empty: as the route.",
  gathered: "Texts in one request",
  gatheredNote:
    "Texts to embed, and rows as bare text, cost least when several share a request. Left empty: as the server is set.",
  batchSize: "Texts, at most",
  batchWait: "Wait, in milliseconds",
  ownName: "Name of the place",
  ownNameHint: "Only where the same model stands twice. Left empty: the model.",
  images: "Conversations with images",
  tools: "Calls that offer tools",
  completes: "Rows of batch jobs as bare text, for a completion model",
  isSent: "It is sent",

  fallback: "The next goes on if one",
  fallbackNote: "Also in the middle of an answer, without repeating it",
  patience: "How long one may be silent",
  patienceNote: "In seconds; then the next is asked",
  firstToken: "Before the first word",
  idle: "Between two words",
  loading: "While it loads",
  notANumber: "This is not a number that fits here.",

  cancel: "Cancel",
  save: "Save",
  saveNew: "Make the route",
  notSaved: "Not saved",
  readAgain: "Read it again",
  checkFields: "Some fields are not as they should be. They are marked above.",
  gone: "There is no such route any more.",
  locked: "This route cannot be changed here",
  back: "All routes",
  failed: "That did not work. Try again.",
} as const;

export function count(value: number): string {
  return value.toLocaleString("en");
}

const failures: Record<string, string> = {
  "route-changed":
    "Somebody else has changed this route meanwhile. Read it again, and make your change to that.",
  "route-not-found": "Somebody else has deleted this route meanwhile.",
  "not-allowed": "Your role does not allow this. Ask whoever administers the workspace.",
  unreachable: "The server cannot be reached. What you entered is still here; try again.",
};

/** What to say for a failure with this `code`; the server's own sentence where we have none. */
export function failureWords(code: string, message: string): string {
  return failures[code] ?? message;
}
