import { useCallback, useEffect, useState } from "react";
import { api } from "../../../shared/api/client";
import { isComposing } from "../../../shared/lib/is-composing";
import { showToast } from "../../../shared/ui/toast-list";
import { words } from "../words";

/** Stops the running turn; Escape does, unless something that floats has the key first. */
export function useStop(turnId: string | null): () => void {
  const [stopping, setStopping] = useState<string | null>(null);

  const stop = useCallback(async () => {
    if (turnId === null || stopping === turnId) return;
    setStopping(turnId);
    try {
      await api.post(`/api/turns/${turnId}/stop`);
    } catch {
      setStopping(null);
      showToast(words.couldNotStop);
    }
  }, [turnId, stopping]);

  // Listens to the keyboard of the whole page: one stops from wherever one is.
  useEffect(() => {
    if (turnId === null) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.shiftKey || event.defaultPrevented) return;
      if (isComposing(event) || document.querySelector("[role=dialog], [role=menu]")) return;
      void stop();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [turnId, stop]);

  return () => void stop();
}
