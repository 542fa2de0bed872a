import { type FormEvent, useState } from "react";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { Field } from "../../shared/ui/Field";
import styles from "./SecondFactors.module.css";
import { words } from "./words";

/** Asks for a name, before the browser asks for the passkey. */
export function NamePasskey({
  onClose,
  onName,
}: {
  onClose: () => void;
  onName: (name: string) => void;
}) {
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") onName(name.trim());
  };
  return (
    <Dialog open onClose={onClose} title={words.addPasskey}>
      <form className={styles.dialog} onSubmit={submit} noValidate>
        <Field
          label={words.passkeyName}
          hint={words.passkeyNameHint}
          autoFocus
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <div className={styles.deeds}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="primary" disabled={name.trim() === ""}>
            {words.addPasskey}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
