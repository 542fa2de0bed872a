import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { Button } from "../../../shared/ui/Button";
import { conversationsQuery } from "../queries";
import { words } from "../words";
import styles from "./ConversationList.module.css";
import { ConversationRow } from "./ConversationRow";
import { rowsByDay } from "./day-groups";
import { conversationsOf } from "./list-data";
import { unreadConversations } from "./unread";

const labelHeight = 40;
const readMoreWithin = 10;

/** All conversations, newest first, under the days of their last change. Only the rows in view exist. */
export function ConversationList({
  openId,
  onNavigate,
  onNewChat,
  onOpen,
}: {
  openId: string | null;
  /** A conversation was chosen: the drawer may close. */
  onNavigate: () => void;
  onNewChat: () => void;
  onOpen: (conversationId: string) => void;
}) {
  const query = useInfiniteQuery(conversationsQuery);
  const unread = useSyncExternalStore(unreadConversations.subscribe, unreadConversations.read);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsByDay(conversationsOf(query.data), new Date()), [query.data]);
  const rowHeight = matchMedia("(pointer: coarse), (max-width: 860px)").matches ? 44 : 32;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: (index) => (rows[index]?.kind === "label" ? labelHeight : rowHeight),
    overscan: 8,
    paddingEnd: 16,
  });
  const visible = virtualizer.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;

  // The loaded part of the list follows the view to its old end.
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - readMoreWithin) {
      void fetchNextPage();
    }
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, rows.length]);

  return (
    <div
      className={styles.scroll}
      ref={scroller}
      tabIndex={0}
      role="region"
      aria-label={words.conversations}
    >
      {query.isError && !query.data && (
        <div className={styles.note} role="alert">
          <p>{words.listFailed}</p>
          <Button onClick={() => void query.refetch()}>{words.tryAgain}</Button>
        </div>
      )}
      {query.data && rows.length === 0 && <p className={styles.note}>{words.noConversations}</p>}
      <ul className={styles.rows} style={{ height: virtualizer.getTotalSize() }}>
        {visible.map(({ index, key, start, size }) => {
          const row = rows[index];
          return (
            row && (
              <li
                key={key}
                className={styles.item}
                style={{ transform: `translateY(${start}px)`, height: size }}
              >
                {row.kind === "label" ? (
                  <h2 className={styles.label}>{row.label}</h2>
                ) : (
                  <ConversationRow
                    conversation={row.conversation}
                    isOpen={row.conversation.id === openId}
                    isUnread={unread.has(row.conversation.id)}
                    onNavigate={onNavigate}
                    onNewChat={onNewChat}
                    onReturn={onOpen}
                  />
                )}
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}
