import type { ReactNode } from "react";
import { Icon } from "../../shared/ui/Icon";
import styles from "./Form.module.css";

/** What went wrong with a form as a whole, and what to do now. */
export function FormFailure({ children }: { children: ReactNode }) {
  return (
    <div className={styles.failure} role="alert">
      <Icon name="warning" />
      <span>{children}</span>
    </div>
  );
}
