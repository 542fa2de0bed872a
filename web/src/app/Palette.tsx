import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import { conversationsOf, wholeList } from "../features/chat/list/list-data";
import { conversationsQuery, everyConversationQuery } from "../features/chat/queries";
import type { Me } from "../shared/api/types";
import { isComposing } from "../shared/lib/is-composing";
import { chooseTheme, themes } from "../shared/lib/theme";
import { Dialog } from "../shared/ui/Dialog";
import { Icon } from "../shared/ui/Icon";
import { themeWords } from "../shared/ui/ThemeButton";
import styles from "./Palette.module.css";
import { conversationEntries, matching, pageEntries, type PaletteEntry } from "./palette-entries";
import { settingsGroupsFor } from "./settings-pages";
import { words } from "./words";

const mostShown = 50;

/** One field for going somewhere and doing something. */
export function Palette({
  me,
  open,
  onClose,
  onShortcuts,
}: {
  me: Me;
  open: boolean;
  onClose: () => void;
  onShortcuts: () => void;
}) {
  return (
    <Dialog open={open} onClose={onClose} title={words.search} titleHidden>
      <PaletteList me={me} onClose={onClose} onShortcuts={onShortcuts} />
    </Dialog>
  );
}

interface Entries {
  entries: readonly PaletteEntry[];
  /** What is said where none of them is meant. */
  nothing: string;
}

/** `isLooking`: for something by its name, among conversations that the list has not come to yet as well. */
function usePaletteEntries(me: Me, onShortcuts: () => void, isLooking: boolean): Entries {
  const [, navigate] = useLocation();
  const list = useInfiniteQuery(conversationsQuery);
  const every = useQuery({ ...everyConversationQuery, enabled: isLooking && list.hasNextPage });
  const entries = useMemo(() => {
    const conversations = wholeList(conversationsOf(list.data), every.data ?? []);
    const group = words.actions;
    return [
      { id: "new", group, label: words.newChat, icon: "pen", run: () => navigate("/c/new") },
      ...conversationEntries(conversations, words.conversations, (id) => navigate(`/c/${id}`)),
      ...pageEntries(settingsGroupsFor(me), group, navigate),
      { id: "shortcuts", group, label: words.shortcuts, icon: "keyboard", run: onShortcuts },
      ...themes.map<PaletteEntry>((theme) => ({
        id: theme,
        group,
        label: `Theme: ${themeWords[theme].name}`,
        icon: themeWords[theme].icon,
        run: () => chooseTheme(theme),
      })),
    ] satisfies PaletteEntry[];
  }, [list.data, every.data, me, navigate, onShortcuts]);
  const nothing = every.isLoading
    ? words.stillLooking
    : every.isError
      ? words.notAllLookedAt
      : words.nothingFound;
  return { entries, nothing };
}

function PaletteList({
  me,
  onClose,
  onShortcuts,
}: {
  me: Me;
  onClose: () => void;
  onShortcuts: () => void;
}) {
  const [typed, setTyped] = useState("");
  const { entries, nothing } = usePaletteEntries(me, onShortcuts, typed.trim() !== "");
  const [index, setIndex] = useState(0);
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const found = matching(entries, typed).slice(0, mostShown);
  const current = Math.min(index, found.length - 1);

  // Scrolls, which React does not do: the chosen entry stays in view.
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [current, typed]);

  const run = (entry: PaletteEntry | undefined) => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setIndex((current + step + found.length) % found.length);
    }
    if (event.key === "Enter" && !isComposing(event.nativeEvent)) {
      event.preventDefault();
      run(found[current]);
    }
  };
  return (
    <div className={styles.palette}>
      <div className={styles.head}>
        <Icon name="search" />
        <input
          className={styles.field}
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={found.length > 0 ? `${id}-${current}` : undefined}
          aria-label={words.searchHint}
          placeholder={words.searchHint}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setIndex(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <ul id={id} ref={list} className={styles.list} role="listbox" aria-label={words.search}>
        {found.map((entry, at) => (
          <li
            key={entry.id}
            id={`${id}-${at}`}
            role="option"
            aria-selected={at === current}
            className={styles.entry}
            onPointerMove={() => setIndex(at)}
            onClick={() => run(entry)}
          >
            <Icon name={entry.icon} />
            <span className={styles.label} dir="auto">
              {entry.label}
            </span>
          </li>
        ))}
      </ul>
      {found.length === 0 && (
        <p className={styles.nothing} role="status">
          {nothing}
        </p>
      )}
    </div>
  );
}
