import { Popover } from "@base-ui/react/popover";
import { type FormEvent, type RefObject, useState } from "react";
import type { Rating } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { Field } from "../../../shared/ui/Field";
import { words } from "../words";
import { joinClasses } from "../../../shared/lib/join-classes";
import popover from "../../../shared/ui/Popover.module.css";
import styles from "./Rating.module.css";

const longest = 500;

/** Why, if one wants to say. Leaving it is an answer, too: the rating stays. */
export function ReasonPopover({
  anchor,
  open,
  verdict,
  onSave,
  onClose,
}: {
  anchor: RefObject<HTMLElement | null>;
  open: boolean;
  verdict: Rating["verdict"];
  onSave: (reason: string) => Promise<void>;
  onClose: () => void;
}) {
  const [reason, setReason] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy || reason.trim() === "") return;
    setIsBusy(true);
    await onSave(reason);
    setIsBusy(false);
  };
  return (
    <Popover.Root
      open={open}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      onOpenChangeComplete={(isOpen) => !isOpen && setReason("")}
    >
      <Popover.Portal>
        <Popover.Positioner
          anchor={anchor}
          className={popover.positioner}
          side="bottom"
          align="start"
          sideOffset={6}
          collisionPadding={12}
        >
          <Popover.Popup
            className={joinClasses(popover.popup, styles.popup)}
            aria-label={words.why[verdict]}
          >
            <form className={styles.form} onSubmit={(event) => void send(event)} noValidate>
              <Field
                label={words.why[verdict]}
                hint={words.whoReadsIt}
                value={reason}
                maxLength={longest}
                onChange={(event) => setReason(event.target.value)}
              />
              <div className={styles.deeds}>
                <Button onClick={onClose}>{words.noReason}</Button>
                <Button type="submit" variant="primary" disabled={isBusy || reason.trim() === ""}>
                  {words.save}
                </Button>
              </div>
            </form>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
