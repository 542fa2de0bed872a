import { memo } from "react";
import { Link } from "wouter";
import type { Conversation } from "../../../shared/api/types";
import { joinClasses } from "../../../shared/lib/join-classes";
import { Icon } from "../../../shared/ui/Icon";
import { LampMark } from "../../../shared/ui/LampMark";
import { words } from "../words";
import { ConversationMenu } from "./ConversationMenu";
import styles from "./ConversationRow.module.css";

/** One conversation of the list: its title, whether it runs or has something new, and its menu. */
export const ConversationRow = memo(function ConversationRow({
  conversation,
  isOpen,
  isUnread,
  onNavigate,
  onNewChat,
  onReturn,
}: {
  conversation: Conversation;
  isOpen: boolean;
  isUnread: boolean;
  onNavigate: () => void;
  onNewChat: () => void;
  onReturn: (conversationId: string) => void;
}) {
  const isRunning = conversation.running_turn_ids.length > 0;
  return (
    <div className={joinClasses(styles.row, isOpen && styles.open, isUnread && styles.unread)}>
      <Link
        className={styles.link}
        href={`/c/${conversation.id}`}
        aria-current={isOpen ? "page" : undefined}
        onClick={onNavigate}
      >
        <span className={styles.title} dir="auto">
          {conversation.title ?? words.untitled}
        </span>
        {conversation.is_shared && (
          <span className={styles.shared} role="img" aria-label={words.isShared}>
            <Icon name="group" />
          </span>
        )}
        {isRunning && <LampMark state="running" label={words.running} className={styles.mark} />}
        {isUnread && !isRunning && (
          <span className={styles.dot} role="img" aria-label={words.unread} />
        )}
      </Link>
      <ConversationMenu
        className={styles.menu}
        conversation={conversation}
        isOpen={isOpen}
        onLeave={onNewChat}
        onReturn={() => onReturn(conversation.id)}
      />
    </div>
  );
});
