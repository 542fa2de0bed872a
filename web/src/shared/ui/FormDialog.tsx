import type { FormEvent, ReactNode } from "react";
import { joinClasses } from "../lib/join-classes";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import styles from "./FormDialog.module.css";

/** Something to fill in or to confirm, with what went wrong above the way out. */
export function FormDialog({
  title,
  lead,
  submit,
  loss = false,
  isBusy = false,
  wide = false,
  failure,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  lead?: string | undefined;
  /** The name of the deed; without one there is nothing to do but to close. */
  submit?: string;
  /** Something is lost by it. */
  loss?: boolean;
  isBusy?: boolean;
  wide?: boolean;
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
    <Dialog open onClose={onClose} title={title} wide={wide}>
      <form className={styles.form} onSubmit={send} noValidate>
        {lead && <p className={styles.lead}>{lead}</p>}
        {children}
        <div className={styles.foot}>
          {failure && (
            <p className={styles.failure} role="alert">
              {failure}
            </p>
          )}
          <div className={styles.deeds}>
            <Button onClick={onClose}>{submit ? "Cancel" : "Done"}</Button>
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
        </div>
      </form>
    </Dialog>
  );
}
