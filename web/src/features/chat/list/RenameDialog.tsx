import { useState } from "react";
import { Button } from "../../../shared/ui/Button";
import { Dialog } from "../../../shared/ui/Dialog";
import { Field } from "../../../shared/ui/Field";
import { words } from "../words";
import styles from "./RenameDialog.module.css";

const longest = 200;

export function RenameDialog({
  title,
  onRename,
  onClose,
}: {
  title: string;
  onRename: (title: string) => void;
  onClose: () => void;
}) {
  const [draft, setDraft] = useState(title);
  const trimmed = draft.trim();
  return (
    <Dialog open onClose={onClose} title={words.rename}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (trimmed !== "") onRename(trimmed);
        }}
      >
        <Field
          label={words.title}
          value={draft}
          autoFocus
          maxLength={longest}
          autoComplete="off"
          onChange={(event) => setDraft(event.target.value)}
          onFocus={(event) => event.target.select()}
        />
        <div className={styles.buttons}>
          <Button variant="quiet" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button type="submit" variant="primary" disabled={trimmed === ""}>
            {words.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
