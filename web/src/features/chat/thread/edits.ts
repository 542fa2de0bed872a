import { createContext, use } from "react";

/** The messages that are being changed. Kept above the rows: those exist only near the view, and others on paper. */
export interface Edits {
  /** What is written so far, by the id of the message. */
  drafts: ReadonlyMap<string, string>;
  /** Null: it is changed no longer. */
  write: (messageId: string, draft: string | null) => void;
}

export const EditsContext = createContext<Edits | null>(null);

/** What is written in the place of a message; null while it is not being changed. */
export function useEdit(messageId: string) {
  const edits = use(EditsContext);
  if (!edits) throw new Error("A message is shown outside a thread.");
  return {
    draft: edits.drafts.get(messageId) ?? null,
    write: (draft: string | null) => edits.write(messageId, draft),
  };
}
