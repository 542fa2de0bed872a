import { counted } from "./words";

export type Remedy = "continue" | "try-again" | "other-model" | "connections";

export interface FailureWords {
  title: string;
  /** What to do now, after what was kept. */
  advice: string;
  remedies: readonly Remedy[];
}

/** What each error code of a turn means to the person who asked, and what helps. The first remedy comes first. */
const catalogue: Record<string, (model: string) => FailureWords> = {
  "provider-unreachable": (model) => ({
    title: `${model} could not be reached`,
    advice: "Its server gave no answer. Try again, or ask another model.",
    remedies: ["continue", "try-again", "other-model", "connections"],
  }),
  "provider-not-allowed": (model) => ({
    title: `${model} may not be reached`,
    advice:
      "Its address is in a private network, or no server’s. The owner can let a connection reach private addresses.",
    remedies: ["connections", "other-model"],
  }),
  "provider-overloaded": (model) => ({
    title: `${model} is busy`,
    advice: "It asked us to slow down. Wait a moment and try again, or ask another model.",
    remedies: ["continue", "try-again", "other-model"],
  }),
  "provider-refused-key": (model) => ({
    title: `${model} refused the key`,
    advice:
      "The key is wrong, revoked, or may not use this model. Change it, or ask another model.",
    remedies: ["connections", "other-model", "try-again"],
  }),
  "provider-rejected-request": (model) => ({
    title: `${model} did not accept the question`,
    advice:
      "Sending the same again will not help. Change the message or the parameters, or ask another model.",
    remedies: ["other-model"],
  }),
  "context-too-long": (model) => ({
    title: `This is more than ${model} can read`,
    advice: "Shorten the message, start a new chat, or choose a model with a larger window.",
    remedies: ["other-model"],
  }),
  "stream-cut": (model) => ({
    title: `${model} stopped answering`,
    advice: "The connection broke off before the end.",
    remedies: ["continue", "try-again", "other-model"],
  }),
  "end-unmarked": (model) => ({
    title: `${model} did not say that this is the end`,
    advice:
      "It may be whole. If its answers always end so, whoever looks after the connection can allow it there.",
    remedies: ["continue", "try-again", "connections", "other-model"],
  }),
  "local-engine-failed": (model) => ({
    title: `${model} stopped on this machine`,
    advice: "The engine is being started again. Give it a few seconds.",
    remedies: ["continue", "try-again", "other-model"],
  }),
  "model-file-unusable": (model) => ({
    title: `The file of ${model} cannot be read`,
    advice: "It is damaged or incomplete. Download it again, or ask another model.",
    remedies: ["other-model", "connections"],
  }),
  "model-not-found": (model) => ({
    title: `${model} is no longer there`,
    advice: "Its connection was removed, or the model was renamed. Choose one from the list.",
    remedies: ["other-model", "connections"],
  }),
  "storage-unavailable": () => ({
    title: "The server could not write this down",
    advice: "Its disk may be full. Tell the person who runs it, then try again.",
    remedies: ["continue", "try-again"],
  }),
};

export function failureWords(
  failure: { code: string; message: string; retryable: boolean },
  model: string,
): FailureWords {
  const known = catalogue[failure.code];
  if (known) return known(model);
  return {
    title: `${model} could not answer`,
    advice: failure.message,
    remedies: failure.retryable
      ? ["continue", "try-again", "other-model"]
      : ["try-again", "other-model"],
  };
}

/** What a person has not lost. */
export function keptWords(words: number): string {
  if (words === 0) return "Your question is kept.";
  return `The ${counted(words, "word", "words")} above ${words === 1 ? "is" : "are"} kept.`;
}

/** Why a message was not taken at all, by the code of the refusal. */
export function refusalWords(code: string, detail: string): string {
  switch (code) {
    case "model-not-found":
      return "The chosen model is no longer there. Choose another one and send again.";
    case "not-found":
    case "conversation-not-found":
    case "message-not-found":
      return "This conversation was deleted meanwhile. Copy the text into a new chat.";
    case "payload-too-large":
    case "invalid-input":
      return "The message is too long for the server. Shorten it and send again.";
    default:
      return detail;
  }
}
