import type { ReactNode } from "react";
import styles from "./PageBody.module.css";

/** The inside of a page beside the sidebar: a title, one sentence saying what it is for, its first action, then the thing. */
export function PageBody({
  title,
  lead,
  action,
  children,
}: {
  title: string;
  lead: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <div className={styles.words}>
          <h1 className={styles.title}>{title}</h1>
          <p className={styles.lead}>{lead}</p>
        </div>
        {action}
      </div>
      {children}
    </div>
  );
}
