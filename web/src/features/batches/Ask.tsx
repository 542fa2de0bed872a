import type { ReactNode } from "react";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import styles from "./Ask.module.css";

export interface AskProps {
  open: boolean;
  title: string;
  /** What is lost. */
  children: ReactNode;
  stay: string;
  go: string;
  isPending: boolean;
  onStay: () => void;
  onGo: () => void;
}

/** Asks before something is lost, and names it. */
export function Ask({ open, title, children, stay, go, isPending, onStay, onGo }: AskProps) {
  return (
    <Dialog open={open} onClose={onStay} title={title}>
      <div className={styles.body}>
        <p>{children}</p>
        <div className={styles.deeds}>
          <Button onClick={onStay}>{stay}</Button>
          <Button className={styles.loss} disabled={isPending} onClick={onGo}>
            {go}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
