import { Link, useLocation, useRoute } from "wouter";
import { ConversationList } from "../features/chat/list/ConversationList";
import { AccountMenu } from "../features/identity/AccountMenu";
import type { Me } from "../shared/api/types";
import { Icon } from "../shared/ui/Icon";
import { IconButton } from "../shared/ui/IconButton";
import { ThemeButton } from "../shared/ui/ThemeButton";
import { Wordmark } from "../shared/ui/Wordmark";
import styles from "./Sidebar.module.css";
import { useSidebarPlace } from "./sidebar-place";
import { useSession } from "./use-session";
import { searchKeys, words } from "./words";

/** Where one finds what was said before, and begins something new. */
export function Sidebar({
  me,
  onSearch,
  onNewChat,
}: {
  me: Me;
  onSearch: () => void;
  onNewChat: () => void;
}) {
  const place = useSidebarPlace();
  const session = useSession();
  const [, navigate] = useLocation();
  const [, params] = useRoute("/c/:id");
  const [isAtModels] = useRoute("/models");
  const leaveDrawer = () => place.isDrawer && place.hide();
  const newChat = () => {
    leaveDrawer();
    onNewChat();
  };
  const search = () => {
    leaveDrawer();
    onSearch();
  };
  return (
    <nav className={styles.sidebar} aria-label={words.sidebar}>
      <div className={styles.top}>
        <Wordmark />
        <IconButton
          icon={place.isDrawer ? "close" : "sidebar"}
          label={place.isDrawer ? words.closeDrawer : words.hideSidebar}
          onClick={place.hide}
        />
      </div>
      <ul className={styles.fixed}>
        <li>
          <button type="button" className={styles.row} onClick={newChat}>
            <Icon name="pen" />
            <span>{words.newChat}</span>
          </button>
        </li>
        <li>
          <button type="button" className={styles.row} onClick={search}>
            <Icon name="search" />
            <span>{words.search}</span>
            <kbd className={styles.keys}>{searchKeys}</kbd>
          </button>
        </li>
        <li>
          <Link
            className={styles.row}
            href="/models"
            aria-current={isAtModels ? "page" : undefined}
            onClick={leaveDrawer}
          >
            <Icon name="chip" />
            <span>{words.models}</span>
          </Link>
        </li>
      </ul>
      <ConversationList
        openId={params?.id ?? null}
        onNavigate={leaveDrawer}
        onNewChat={newChat}
        onOpen={(id) => navigate(`/c/${id}`)}
      />
      <div className={styles.foot}>
        <div className={styles.account}>
          <AccountMenu me={me} onSignedOut={() => void session.end()} />
        </div>
        <ThemeButton side="top" />
      </div>
    </nav>
  );
}
