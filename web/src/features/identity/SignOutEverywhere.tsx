import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import styles from "./Dialogs.module.css";
import { words } from "./words";

/** Asks first, and names what ends. */
export function SignOutEverywhere({
  open,
  isBusy,
  onClose,
  onConfirm,
}: {
  open: boolean;
  isBusy: boolean;
  onClose: () => void;
  onConfirm: () => void;
}) {
  return (
    <Dialog open={open} onClose={onClose} title={words.everywhereTitle}>
      <div className={styles.body}>
        <p>{words.everywhereLead}</p>
        <div className={styles.deeds}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button variant="primary" disabled={isBusy} onClick={onConfirm}>
            {words.signOutEverywhere}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
