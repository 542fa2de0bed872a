import type { Conversation } from "../shared/api/types";
import type { IconName } from "../shared/ui/icons";
import type { SettingsGroup } from "./settings-pages";

export interface PaletteEntry {
  id: string;
  group: string;
  label: string;
  icon: IconName;
  run: () => void;
}

/** The entries that hold every word of what was typed, in any order, accents and capitals aside. */
export function matching(entries: readonly PaletteEntry[], typed: string): PaletteEntry[] {
  const parts = plain(typed).split(/\s+/).filter(Boolean);
  return entries.filter(({ label }) => {
    const text = plain(label);
    return parts.every((part) => text.includes(part));
  });
}

function plain(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{Mn}/gu, "")
    .toLowerCase();
}

export function conversationEntries(
  conversations: readonly Conversation[],
  group: string,
  open: (id: string) => void,
): PaletteEntry[] {
  return conversations
    .filter(({ title }) => title !== null)
    .map(({ id, title }) => ({ id, group, label: title ?? "", icon: "text", run: () => open(id) }));
}

export function pageEntries(
  groups: readonly SettingsGroup[],
  group: string,
  open: (path: string) => void,
): PaletteEntry[] {
  return groups.flatMap(({ pages }) =>
    pages.map(({ path, label, icon }) => ({ id: path, group, label, icon, run: () => open(path) })),
  );
}
