import type { ReactNode } from "react";
import { IconButton } from "../../shared/ui/IconButton";
import styles from "./ChatBar.module.css";
import { ConversationMenu } from "./list/ConversationMenu";
import { Sharing } from "./sharing/Sharing";
import { ConversationCost } from "./usage/ConversationCost";
import { useConversation } from "./use-conversation";
import { words } from "./words";

/** The conversation's title and what can be done with the whole of it. */
export function ChatBar({
  conversationId,
  lead,
  onNewChat,
  onOpen,
}: {
  conversationId: string | null;
  lead: ReactNode;
  onNewChat: () => void;
  onOpen: (conversationId: string) => void;
}) {
  const { data: conversation, isError, isLoading } = useConversation(conversationId);
  return (
    <header className={styles.bar}>
      {lead}
      <h1 className={styles.title} dir="auto">
        {isLoading ? (
          <span className="visually-hidden">{words.loading}</span>
        ) : isError ? (
          words.goneTitle
        ) : (
          (conversation?.title ?? words.untitled)
        )}
      </h1>
      <span className={styles.space} />
      {conversation && <ConversationCost conversationId={conversation.id} />}
      {conversation && <Sharing conversation={conversation} onLeft={onNewChat} />}
      {conversation?.access === "owner" && (
        <ConversationMenu
          conversation={conversation}
          isOpen
          onLeave={onNewChat}
          onReturn={() => onOpen(conversation.id)}
        />
      )}
      <IconButton
        icon="pen"
        label={words.newChat}
        className={styles.onlySmall}
        onClick={onNewChat}
      />
    </header>
  );
}
