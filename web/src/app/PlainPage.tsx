import { type ReactNode, useEffect } from "react";
import styles from "./PlainPage.module.css";
import { SidebarButton } from "./SidebarButton";
import { useSidebarPlace } from "./sidebar-place";

/**
 * A page beside the sidebar that is not a conversation.
 *
 * A bar leads to the sidebar where that is out of sight, and on a phone names the page, whose own title is not drawn
 * there; a wide page begins with its title.
 */
export function PlainPage({ title, children }: { title: string; children: ReactNode }) {
  // Synchronises the tab, which is outside React.
  useEffect(() => {
    document.title = `${title} · Arcano`;
  }, [title]);

  const { isDrawer, isShown } = useSidebarPlace();
  return (
    <div className={styles.page}>
      {(isDrawer || !isShown) && (
        <header className={styles.bar}>
          <SidebarButton />
          {isDrawer && <span className={styles.title}>{title}</span>}
        </header>
      )}
      <div className={styles.scroll}>{children}</div>
    </div>
  );
}
