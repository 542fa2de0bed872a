import { useLocation } from "wouter";
import { useOutbox } from "../features/chat/outbox/outbox-context";
import { AccountMenu } from "../features/identity/AccountMenu";
import { LookNotice } from "../features/looks/LookNotice";
import type { Me } from "../shared/api/types";
import { IconButton } from "../shared/ui/IconButton";
import { ThemeButton } from "../shared/ui/ThemeButton";
import { Wordmark } from "../shared/ui/Wordmark";
import { ChatNavigation } from "./ChatNavigation";
import { SettingsNavigation } from "./SettingsNavigation";
import styles from "./Sidebar.module.css";
import { isSettingsPath } from "./settings-pages";
import { useSidebarPlace } from "./sidebar-place";
import { useSession } from "./use-session";
import { words } from "./words";

/** The ways to other places: what was said before, or, on the pages of the workspace, the others of them. */
export function Sidebar({
  me,
  lastChat,
  onSearch,
  onNewChat,
}: {
  me: Me;
  lastChat: string;
  onSearch: () => void;
  onNewChat: () => void;
}) {
  const place = useSidebarPlace();
  const session = useSession();
  const { outgoing } = useOutbox();
  const [location, navigate] = useLocation();
  const isSettings = isSettingsPath(location);
  const leaveDrawer = () => place.isDrawer && place.hide();
  return (
    <nav className={styles.sidebar} aria-label={isSettings ? words.settings : words.sidebar}>
      <div className={styles.top}>
        <Wordmark />
        <IconButton
          icon={place.isDrawer ? "close" : "sidebar"}
          label={place.isDrawer ? words.closeDrawer : words.hideSidebar}
          onClick={place.hide}
        />
      </div>
      {isSettings ? (
        <SettingsNavigation me={me} lastChat={lastChat} onNavigate={leaveDrawer} />
      ) : (
        <ChatNavigation onNavigate={leaveDrawer} onSearch={onSearch} onNewChat={onNewChat} />
      )}
      <LookNotice onNavigate={leaveDrawer} />
      <div className={styles.foot}>
        <div className={styles.account}>
          <AccountMenu
            me={me}
            onProfile={() => {
              navigate("/profile");
              leaveDrawer();
            }}
            unsent={outgoing.length}
            onSignedOut={session.signOut}
          />
        </div>
        <ThemeButton side="top" />
      </div>
    </nav>
  );
}
