import { type ReactNode, useId } from "react";
import styles from "./Section.module.css";

/** A part of a page: its name, a sentence about it, then the thing. */
export function Section({
  title,
  note,
  action,
  children,
}: {
  title: string;
  note?: string | undefined;
  /** The one deed of this part, at the end of its head. */
  action?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <div className={styles.head}>
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        {note && <p className={styles.note}>{note}</p>}
        {action && <div className={styles.action}>{action}</div>}
      </div>
      {children}
    </section>
  );
}
