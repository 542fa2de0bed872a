import { useEffect } from "react";
import { isComposing } from "../shared/lib/is-composing";
import { useLatest } from "../shared/lib/use-latest";
import { isMac } from "./words";

interface ShortcutDeeds {
  search: () => void;
  shortcuts: () => void;
  newChat: () => void;
  toggleSidebar: () => void;
}

function deedFor(event: KeyboardEvent, deeds: ShortcutDeeds): (() => void) | null {
  if (event.key === "Escape" && event.shiftKey) return focusComposer;
  const hasControl = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (!hasControl || event.altKey) return null;
  const key = event.key.toLowerCase();
  if (event.shiftKey) {
    if (key === "o") return deeds.newChat;
    if (key === "s") return deeds.toggleSidebar;
  }
  if (key === "k" && !event.shiftKey) return deeds.search;
  // Some keyboards need Shift to write a slash.
  if (key === "/") return deeds.shortcuts;
  return null;
}

function focusComposer(): void {
  document.querySelector<HTMLElement>("[data-composer]")?.focus();
}

/** The page's keyboard shortcuts. The browser's own, such as reloading, are never taken. */
export function useShortcuts(deeds: ShortcutDeeds): void {
  const latest = useLatest(deeds);

  // Listens to the keyboard of the whole page.
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (isComposing(event)) return;
      const deed = deedFor(event, latest.current);
      if (!deed) return;
      event.preventDefault();
      deed();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [latest]);
}
