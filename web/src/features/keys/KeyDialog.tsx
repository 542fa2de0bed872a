import type { FormEvent, ReactNode } from "react";
import { joinClasses } from "../../shared/lib/join-classes";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import styles from "./Keys.module.css";
import { words } from "./words";

/** Something to fill in or to confirm about a key, with what went wrong above the way out. */
export function KeyDialog({
  title,
  lead,
  submit,
  loss = false,
  isBusy = false,
  failure,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  lead?: string;
  /** The name of the deed; without one there is nothing to do but to close. */
  submit?: string;
  /** Something is lost by it. */
  loss?: boolean;
  isBusy?: boolean;
  failure?: string | null;
  onSubmit?: () => void;
  onClose: () => void;
  children?: ReactNode;
}) {
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!isBusy) onSubmit?.();
  };
  return (
    <Dialog open onClose={onClose} title={title}>
      <form className={styles.form} onSubmit={send} noValidate>
        {lead && <p className={styles.lead}>{lead}</p>}
        {children}
        {failure && (
          <p className={styles.failure} role="alert">
            {failure}
          </p>
        )}
        <div className={styles.deeds}>
          <Button onClick={onClose}>{submit ? words.cancel : words.close}</Button>
          {submit && (
            <Button
              type="submit"
              variant={loss ? "plain" : "primary"}
              className={joinClasses(loss && styles.loss)}
              disabled={isBusy}
            >
              {submit}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
