import type { ReactNode } from "react";
import { EmptyState } from "../shared/ui/EmptyState";
import styles from "./PageNotice.module.css";
import { PlainPage } from "./PlainPage";

/** A page that is not there, and the way on. */
export function PageNotice({
  name,
  title,
  action,
  children,
}: {
  /** What the tab is called. */
  name: string;
  title: string;
  action: ReactNode;
  children: ReactNode;
}) {
  return (
    <PlainPage title={name}>
      <h1 className="visually-hidden">{name}</h1>
      <div className={styles.notice}>
        <EmptyState title={title} action={action}>
          {children}
        </EmptyState>
      </div>
    </PlainPage>
  );
}
