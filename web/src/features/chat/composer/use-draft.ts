import { useCallback, useState } from "react";
import { draftKeeper } from "./draft-keeper";

/** What a person is writing, by conversation. `initial` prefills; nothing else is remembered over it until typed. */
export function useDraft(key: string, initial: string | null) {
  const [draft, setDraft] = useState(() => ({ key, text: initial ?? draftKeeper.read(key) }));
  if (draft.key !== key) setDraft({ key, text: initial ?? draftKeeper.read(key) });

  const setText = useCallback(
    (text: string) => {
      draftKeeper.keep(key, text);
      setDraft({ key, text });
    },
    [key],
  );
  return [draft.key === key ? draft.text : "", setText] as const;
}
