import { useCallback, useMemo, useState } from "react";
import type { Edits } from "./edits";

/** The edits of a thread, while it stays open. */
export function useEdits(): Edits {
  const [drafts, setDrafts] = useState<Edits["drafts"]>(new Map());

  const write = useCallback((messageId: string, draft: string | null) => {
    setDrafts((before) => {
      const after = new Map(before);
      if (draft === null) after.delete(messageId);
      else after.set(messageId, draft);
      return after;
    });
  }, []);

  return useMemo(() => ({ drafts, write }), [drafts, write]);
}
