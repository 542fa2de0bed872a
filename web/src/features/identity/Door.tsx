import type { ReactNode } from "react";
import { ThemeButton } from "../../shared/ui/ThemeButton";
import styles from "./Door.module.css";
import { words } from "./words";

/** The page before the workspace: an arch with a lamp, and in it the one thing to fill in. */
export function Door({
  title,
  lead,
  children,
}: {
  title: string;
  lead: string;
  children: ReactNode;
}) {
  return (
    <div className={styles.page}>
      <header className={styles.top}>
        <ThemeButton />
      </header>
      <main className={styles.place}>
        <div className={styles.door}>
          <span className={styles.lamp} aria-hidden="true" />
          <h1 className={styles.title}>{title}</h1>
          <p className={styles.lead}>{lead}</p>
          {children}
          <p className={styles.foot}>{words.runsOn(location.host)}</p>
        </div>
      </main>
    </div>
  );
}
