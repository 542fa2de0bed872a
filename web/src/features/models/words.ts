/** Every word about models, where they come from and how they get here. */
import type { Failure } from "../../shared/api/types";
import { count, countWord, latency, size } from "./format";

export const words = {
  looking: "Looking at this machine",
  foundLead:
    "Arcano looked at this machine and its settings; nothing you write has been sent anywhere. Choose where the first answer comes from; you can change it later.",
  nothingTitle: "Choose where answers come from",
  nothingLead:
    "There is no model here yet. Download a small one and it answers on this machine, or connect a server or a provider you trust.",
  nothingWithoutEngineLead:
    "There is no model here yet. Connect a server or a provider you trust, and answers come from there.",
  starterTitle: "Starter is ready to answer",
  starterLead:
    "Starter is the tiny model that comes with Arcano and answers on this machine. For a real one, download it below, or connect a server or a provider you trust.",
  starterNote: "Knows Arcano, little else; pick a real model when you can",
  startWith: "Start with",
  start: (model: string) => `Start with ${model}`,
  whichModel: (connection: string) => `Model of ${connection}`,
  owner: "You are the owner of this workspace.",
  later: "Look around first",
  notAnswering: "Not answering now",

  downloadTitle: "Models for this machine",
  biggerTitle: "More models, while you chat",
  machine: (memory: number, disk: number) =>
    `This machine has ${size(memory)} of memory and ${size(disk)} of free disk.`,
  withoutEngine:
    "This server was installed without the engine for local models, so downloads would not run here. Install arcano with its local extra to use them.",
  otherSources: "Other places",
  addTitle: "Add a provider or an address",
  addLead: "Anthropic, Google, Mistral, OpenAI, or any server: Ollama, vLLM, llama.cpp.",
  add: "Add",

  pageTitle: "Models",
  pageLead:
    "Where answers come from: servers and providers you connect, and models kept on this machine.",
  addConnection: "Add a connection",
  connections: "Connections",
  connectionsNote: "Asked for their models; keys stay on this server",
  noConnections: "None yet. A connection brings the models of a server or a provider.",
  connectFirst: "Connect the first",
  columns: { name: "Name", state: "State", models: "Models", answered: "Answered in" },
  onThisMachine: "On this machine",
  localNote: "Files are checked by hash and continue after a break",
  noLocal: "No model file here yet. Download one below, or put a GGUF file into the models folder.",
  brokenFiles: "Files that cannot be used",
  brokenFile: "Cannot be used",
  mendFile: "Put a whole copy in its place, or delete it.",
  lookAgain: "Look again",
  lookingAgain: "Looking",
  catalogue: "To download",
  catalogueNote: "Small open models that run without a provider",
  tryAgain: "Try again",
  more: (name: string) => `More for ${name}`,
  test: "Test",
  edit: "Edit",
  newKey: "Enter a new key",
  tested: (name: string, milliseconds: number, models: number) =>
    `${name} answered in ${latency(milliseconds)}: ${modelCount(models)}`,
  testedInVain: (name: string) => `${name} does not answer as it should`,
  delete: "Delete",
  cancel: "Cancel",
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteLead: (keyHint: string | null) =>
    `Its models are no longer offered${keyHint ? `, and its key${ending(keyHint)} is forgotten: to connect again you need the key` : ""}. Conversations stay as they are.`,
  deleted: (name: string) => `${name} was deleted`,
  configured: "Comes from the settings of the server. Change it there.",
  discovered: "Found on this machine.",
  keyEndsIn: (hint: string) => (bare(hint) ? `key ends in ${bare(hint)}` : "has a key"),

  kindLead: "What do you want to connect?",
  ownAddress: "Any server that speaks its protocol",
  needsKey: "Needs a key",
  otherKind: "Choose another kind",
  editTitle: (name: string) => `Edit ${name}`,
  save: "Save",
  notSaved: "Not saved",
  changed: (name: string) => `${name} was changed`,
  connectionName: "Name",
  connectionNameHint: "As it is called in the list. May be left empty.",
  address: "Address",
  addressHint: "The base URL of its OpenAI-compatible door, usually ending in /v1.",
  addressKnownHint: "Where it usually is. Change it only if yours is elsewhere.",
  addressEditHint: "Where its models are asked for.",
  addressWrong: "An address begins with http:// or https://.",
  key: "Key",
  keyHint:
    "Stored encrypted on this server and never shown again. Leave it empty if none is needed.",
  keyStored: "Stored encrypted on this server and never shown again.",
  keyMissing: "This provider answers only with a key. You find yours in your account there.",
  keyKeptHint: (hint: string) => `The key${ending(hint)} stays. Write another to replace it.`,
  removeKey: "Remove the key",
  keepKey: "Keep the key",
  keyRemoved: "The key is forgotten when you save, and cannot be brought back.",
  namedModels: "Models",
  namedModelsHint:
    "Names, separated by commas, if only these should be offered. Left empty, it is asked for all.",
  whoFor: "Who is it for?",
  forEverybody: "Everybody here",
  forEverybodyHint: "Its models are offered to all, and every answer goes out with this key.",
  onlyForMe: "Only for me",
  onlyForMeHint: "Nobody else sees it or its models, and nobody else is billed to its key.",
  mayBePrivate: "May reach private addresses",
  mayBePrivateHint:
    "This server’s own machine and network, as an Ollama here or a server in the same house needs.",
  endsUnmarked: "Answers end without [DONE]",
  endsUnmarkedHint:
    "For servers that never send it, such as ik_llama.cpp. An answer that is cut after its reason to end then looks whole.",
  ownOfOthers: (connections: number) =>
    connections === 1
      ? "Somebody else has a connection of their own."
      : `Others have ${countWord(connections)} connections of their own.`,
  addAndTest: "Add and test",
  testing: "Asking",
  keepAnyway: "Keep it anyway",
  kept: (name: string, models: number) => `${name} is connected: ${modelCount(models)}`,

  download: "Download",
  showAll: (number: number) => `Show all ${countWord(number)}`,
  resume: "Continue",
  pause: (name: string) => `Pause the download of ${name}`,
  discard: (name: string) => `Stop the download of ${name} and delete what came`,
  waiting: "Waiting for the others",
  downloading: "Downloading",
  verifying: "Checking the file",
  paused: "Paused",
  failed: "Failed",
  partsDone: (done: number, parts: number) => `${done} of ${parts} files match`,
  keptPart: (part: string) => `${part} kept`,
  installed: "On this machine",
  tooBig: (memory: number) => `Needs ${size(memory)} of memory, more than this machine has`,
  needs: (memory: number) => `Needs ${size(memory)} of memory`,
  licence: (name: string) => `Licence ${name}`,
  source: "Source",

  loaded: "Loaded",
  ready: "Ready",
  loadsWhenAsked: "Ready, loads when asked",
  leaves: "What you write leaves this machine",
  staysHere: "Stays on this machine",
  context: (tokens: number) => `Context ${count(tokens)}`,
  answers: "Answers",
  answeredIn: (milliseconds: number) => `Answered in ${latency(milliseconds)}`,
  keyAccepted: "Key accepted",

  model: (name: string) => `Model: ${name}`,
  chooseModel: "Choose a model",
  findModel: "Find a model",
  moreToFind: (models: number) => `${count(models)} more. Type to find them.`,
  noMatch: "No model of that name.",
  noModels: "No model is ready yet.",
  manage: "Models and connections",
  routes: "Routes",
  pricePerHour: (price: string) => `${price} an hour`,
  pricePerMillion: "for a million tokens read, and written",
  priceNote: "Prices are for a million tokens: read / written",
  oneOf: (models: readonly string[]) => either.format(models),
  mayLeave: "may leave this machine",
  stays: "stays on this machine",
} as const;

/** “llama-70b or gpt-large”. */
const either = new Intl.ListFormat("en", { type: "disjunction" });

function modelCount(models: number): string {
  return models === 1 ? "one model" : `${countWord(models)} models`;
}

/** Nothing is shown of a short key. */
function ending(keyHint: string): string {
  return bare(keyHint) ? ` ending in ${bare(keyHint)}` : "";
}

function bare(keyHint: string): string {
  return keyHint.replace(/^…/, "");
}

export function foundTitle(models: number): string {
  if (models === 1) return "One model is ready to answer";
  const number = countWord(models);
  return `${number.charAt(0).toUpperCase()}${number.slice(1)} models are ready to answer`;
}

const kinds: Record<string, string> = {
  "openai-compatible": "vLLM, SGLang, llama.cpp, LM Studio, OpenRouter, or another server",
  "openai-responses": "OpenAI’s own models at api.openai.com",
  mistral: "Mistral’s own models at api.mistral.ai",
  anthropic: "Claude at api.anthropic.com",
  gemini: "Gemini at generativelanguage.googleapis.com",
  litellm: "A hundred other vendors, by LiteLLM’s names: vendor/model",
  ollama: "An Ollama server, on this machine or elsewhere",
};

/** What stands behind a kind of connection; nothing for a kind we do not know. */
export function kindWords(id: string): string | undefined {
  return kinds[id];
}

interface ProblemWords {
  state: string;
  /** What to do about it. */
  advice: string;
}

const byCode: Record<string, ProblemWords> = {
  "provider-refused-key": {
    state: "Key refused",
    advice: "Give it a key that is valid.",
  },
  "provider-unreachable": {
    state: "Not reached",
    advice: "Check the address, and that the server there is running.",
  },
  "provider-not-allowed": {
    state: "Not allowed",
    advice:
      "Its address is in a private network, or no server’s. The owner can let a connection reach private addresses.",
  },
  "provider-overloaded": { state: "Busy", advice: "It asks to slow down. Try again in a moment." },
  "secret-unreadable": {
    state: "Key unreadable",
    advice: "The key was stored by another server. Enter it once more.",
  },
  "local-engine-failed": {
    state: "Engine stopped",
    advice: "It is restarted by itself. Try again in a moment.",
  },
  "model-not-found": {
    state: "No models",
    advice: "It answers, but lists no models. Check that the address ends as it should.",
  },
};

/** What is wrong with a connection or a model file, in a word, and what to do. */
export function problemWords(problem: Pick<Failure, "code" | "message">): ProblemWords {
  if (problem.code === "model-file-unusable") {
    return { state: words.brokenFile, advice: `${problem.message} ${words.mendFile}` };
  }
  return byCode[problem.code] ?? { state: words.notAnswering, advice: problem.message };
}

const failures: Record<string, string> = {
  "hub-unreachable":
    "The hub could not be reached. What came is kept; try again when the network is back.",
  "hub-busy": "The hub asks to slow down. What came is kept; try again in a moment.",
  "hub-refused": "The hub does not give this file. Choose another model.",
  "wrong-hash": "What came was not what was promised, and was deleted. Try again.",
  "unsafe-redirect":
    "The hub leads to an address without encryption. Check the hub's address in the settings.",
  "hash-unknown": "Nobody says what the file should be, so it is not taken. Choose another model.",
  "storage-unavailable": "The disk refused. What came is kept; try again.",
  "variant-not-found": "It is not offered any more. Choose another.",
  "repository-not-found":
    "The hub has no repository of that name that is open to everybody. Check the name.",
  "model-file-not-found": "It is not here any more.",
  "not-allowed": "Your role does not allow this. Ask whoever administers the workspace.",
  unreachable: "The server cannot be reached. Try again.",
};

/** What to say for a failure with this `code`; the server's own sentence where we have none. */
export function failureWords({ code, message }: Pick<Failure, "code" | "message">): string {
  return failures[code] ?? message;
}
