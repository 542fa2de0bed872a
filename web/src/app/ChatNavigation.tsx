import { Link, useLocation, useRoute } from "wouter";
import { ConversationList } from "../features/chat/list/ConversationList";
import { SharedList } from "../features/chat/sharing/SharedList";
import { Icon } from "../shared/ui/Icon";
import styles from "./Sidebar.module.css";
import { searchKeys, words } from "./words";

/** What the sidebar shows beside a conversation: a new one, the search, the models, and all that was said before. */
export function ChatNavigation({
  onNavigate,
  onSearch,
  onNewChat,
}: {
  onNavigate: () => void;
  onSearch: () => void;
  onNewChat: () => void;
}) {
  const [, navigate] = useLocation();
  const [, params] = useRoute("/c/:id");
  const leaveAnd = (deed: () => void) => () => {
    onNavigate();
    deed();
  };
  return (
    <>
      <ul className={styles.fixed}>
        <li>
          <button type="button" className={styles.row} onClick={leaveAnd(onNewChat)}>
            <Icon name="pen" />
            <span>{words.newChat}</span>
          </button>
        </li>
        <li>
          <button type="button" className={styles.row} onClick={leaveAnd(onSearch)}>
            <Icon name="search" />
            <span>{words.search}</span>
            <kbd className={styles.keys}>{searchKeys}</kbd>
          </button>
        </li>
        <li>
          <Link className={styles.row} href="/models" onClick={onNavigate}>
            <Icon name="chip" />
            <span>{words.models}</span>
          </Link>
        </li>
      </ul>
      <SharedList openId={params?.id ?? null} onNavigate={onNavigate} />
      <ConversationList
        openId={params?.id ?? null}
        onNavigate={onNavigate}
        onNewChat={leaveAnd(onNewChat)}
        onOpen={(id) => navigate(`/c/${id}`)}
      />
    </>
  );
}
