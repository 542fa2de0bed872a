import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";
import { words } from "../words";
import { estimateHeight } from "./estimate-height";
import { ThreadRow } from "./ThreadRow";
import styles from "./Thread.module.css";
import type { ThreadItem } from "./thread-item";

/** Within so many pixels of the end, the view follows what is written. */
const nearEnd = 48;
const readOlderFrom = 6;

export interface ThreadProps {
  /** Oldest first. */
  items: readonly ThreadItem[];
  hasOlder: boolean;
  isLoadingOlder: boolean;
  onReadOlder: () => void;
  /** Whether the reader is at the end, each time that changes. */
  onPlace: (isAtEnd: boolean) => void;
  ref: Ref<ThreadHandle>;
}

export interface ThreadHandle {
  jumpToEnd: () => void;
}

/** The transcript: only the rows near the view exist, and the view never moves under the reader. */
export const Thread = memo(function Thread(props: ThreadProps) {
  const { items, hasOlder, isLoadingOlder, onReadOlder, onPlace, ref } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => items[index]?.key ?? index,
    estimateSize: (index) => estimateHeight(items[index]),
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: nearEnd,
    overscan: 4,
    paddingStart: 32,
    paddingEnd: 24,
    onChange: (instance) => onPlace(instance.isAtEnd(nearEnd)),
  });
  const rows = virtualizer.getVirtualItems();
  const first = rows[0]?.index ?? 0;

  useImperativeHandle(ref, () => ({ jumpToEnd: () => virtualizer.scrollToEnd() }), [virtualizer]);

  // A conversation opens at its end, and what a person just sent is always shown. What leaves the outbox, accepted or
  // taken back, was shown before: whoever scrolled up meanwhile stays there.
  const lastSent = items.findLast((item) => item.kind === "outgoing")?.outgoing.writtenAt ?? 0;
  const shownUntil = useRef(-1);
  useLayoutEffect(() => {
    if (lastSent <= shownUntil.current) return;
    shownUntil.current = lastSent;
    virtualizer.scrollToEnd();
  }, [virtualizer, lastSent]);

  // The window of loaded messages follows the view to the old end.
  useEffect(() => {
    if (hasOlder && first < readOlderFrom) onReadOlder();
  }, [hasOlder, first, items.length, onReadOlder]);

  return (
    <section className={styles.scroll} ref={scroller} tabIndex={0} aria-label="Conversation">
      {isLoadingOlder && <p className={styles.older}>{words.loadingOlder}</p>}
      {/* Sentences are announced by the Announcer, whole; the words as they arrive are not. */}
      <div
        className={styles.rows}
        role="log"
        aria-live="off"
        aria-label="Messages"
        style={{ height: virtualizer.getTotalSize() }}
      >
        {rows.map(({ index, key, start }) => {
          const item = items[index];
          return (
            item && (
              <div
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                className={styles.row}
                style={{ top: start }}
              >
                <ThreadRow item={item} isLast={index === items.length - 1} />
              </div>
            )
          );
        })}
      </div>
    </section>
  );
});
