import type { ContextPolicy } from "../../shared/api/types";
import { type Filling, type PartName, percent } from "./context/gauge";
import { counted } from "./words";

type PolicyName = ContextPolicy["name"];

const partNames: Record<PartName, string> = {
  system: "Instructions",
  history: "Conversation",
  documents: "Documents",
  tools: "Tools",
  draft: "This message",
};

const policyNames: Record<PolicyName, string> = {
  slide: "Leave out the oldest messages",
  summarise: "Summarise the older part",
  refuse: "Send nothing, and say so",
};

const policyHints: Record<PolicyName, string> = {
  slide: "They stay here for you to read.",
  summarise: "A model does it first, which takes a moment and tokens.",
  refuse: "You shorten it or choose a larger model.",
};

/** What is said about the model’s window and how full it is. */
export const contextWords = {
  title: "Context",
  show: "Show what fills the context",
  parts: partNames,
  reserve: "Kept for the answer",
  free: "Free",
  change: "Change",
  whenFull: "When it is full",
  policies: policyNames,
  policyHints,
  summariser: "Summarised by",
  sameModel: "The model that answers",
  summaryGone: "The summary could not be read.",

  heading: ({ room, total, share, isAbout }: Filling) =>
    room === null
      ? `Context: ${about(isAbout)}${counted(total, "token", "tokens")}`
      : share > 1
        ? "Context: more than fits"
        : `Context ${isAbout ? "about " : ""}${percent(share)}\u00a0% full`,

  said: ({ room, total, share, isAbout }: Filling) =>
    room === null
      ? `${about(isAbout)}${counted(total, "token", "tokens")}`
      : `${about(isAbout)}${total.toLocaleString("en")} of ${counted(room, "token", "tokens")}, ${percent(share)}\u00a0% full`,

  unknown: (model: string) => `Nobody says how much ${model} can read at once.`,

  /** Null while there is room enough. */
  warning: (filling: Filling, policy: PolicyName, model: string): string | null => {
    const { state, room, total } = filling;
    if (state === "open" || room === null) return null;
    // Rounded, so that it is not said anew at each pause of the fingers.
    const over = counted(Math.max(1, Math.ceil((total - room) / 50)) * 50, "token", "tokens");
    if (state === "question-too-long") {
      return `This message is longer than ${model} can read at once, by about ${over}. Shorten it, or choose another model.`;
    }
    if (state === "near") return soonWords[policy];
    return policy === "refuse"
      ? `This is about ${over} too many. Nothing would be sent: shorten it, or choose another model.`
      : nowWords[policy];
  },

  dropped: (count: number) =>
    `${earlier(count)} ${count === 1 ? "was" : "were"} left out here: the context was full.`,
  droppedUnsummarised: (count: number) =>
    `${earlier(count)} ${count === 1 ? "was" : "were"} left out here: the context was full, and summarising failed.`,
  summarised: (count: number) => `${earlier(count)} ${count === 1 ? "was" : "were"} summarised`,
};

const soonWords: Record<PolicyName, string> = {
  slide: "The context is nearly full. Then the oldest messages are left out.",
  summarise: "The context is nearly full. Then the older part is summarised.",
  refuse: "The context is nearly full. Then nothing more is sent.",
};

const nowWords: Record<Exclude<PolicyName, "refuse">, string> = {
  slide: "The context is full: the oldest messages will be left out.",
  summarise: "The context is full: the older part will be summarised first.",
};

function earlier(count: number): string {
  return counted(count, "earlier message", "earlier messages");
}

function about(isAbout: boolean): string {
  return isAbout ? "about " : "";
}
