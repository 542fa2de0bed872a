import { type ReactNode, useEffect } from "react";
import styles from "./PlainPage.module.css";
import { SidebarButton } from "./SidebarButton";

/** A page beside the sidebar that is not a conversation: a bar with its name, and what scrolls under it. */
export function PlainPage({ title, children }: { title: string; children: ReactNode }) {
  // Synchronises the tab, which is outside React.
  useEffect(() => {
    document.title = `${title} · Arcano`;
  }, [title]);

  return (
    <div className={styles.page}>
      <header className={styles.bar}>
        <SidebarButton />
        <span className={styles.title}>{title}</span>
      </header>
      <div className={styles.scroll}>{children}</div>
    </div>
  );
}
