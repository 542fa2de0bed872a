import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import styles from "./Dialogs.module.css";
import { words } from "./words";

/** Asks first, and names what ends and what is lost. */
export function ConfirmSignOut({
  asking,
  unsent,
  isBusy,
  onClose,
  onConfirm,
}: {
  asking: "here" | "everywhere" | null;
  unsent: number;
  isBusy: boolean;
  onClose: () => void;
  onConfirm: () => void;
}) {
  const isHere = asking === "here";
  return (
    <Dialog
      open={asking !== null}
      onClose={onClose}
      title={isHere ? words.unsentTitle : words.everywhereTitle}
    >
      <div className={styles.body}>
        {!isHere && <p>{words.everywhereLead}</p>}
        {unsent > 0 && <p>{words.unsentLead(unsent)}</p>}
        <div className={styles.deeds}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button variant="primary" disabled={isBusy} onClick={onConfirm}>
            {isHere ? words.signOut : words.signOutEverywhere}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
