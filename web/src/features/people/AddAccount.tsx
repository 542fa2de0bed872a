import { useState } from "react";
import { Field } from "../../shared/ui/Field";
import { showToast } from "../../shared/ui/toast-list";
import { FormDialog } from "../../shared/ui/FormDialog";
import { addAccount } from "./queries";
import { RoleSelect } from "./RoleSelect";
import { usePeopleDeeds } from "./use-people-deeds";
import { words } from "./words";

/** An account that nobody signs in to. */
export function AddAccount({ onClose }: { onClose: () => void }) {
  const { attempt } = usePeopleDeeds();
  const [name, setName] = useState("");
  const [role, setRole] = useState("member");
  const [isChecked, setIsChecked] = useState(false);
  const add = async () => {
    setIsChecked(true);
    if (name.trim() === "") return;
    const isDone = await attempt(
      () => addAccount(name.trim(), role),
      () => showToast(words.added(name.trim())),
    );
    if (isDone) onClose();
  };
  return (
    <FormDialog
      title={words.accountTitle}
      lead={words.accountLead}
      submit={words.add}
      onSubmit={() => void add()}
      onClose={onClose}
    >
      <Field
        label={words.name}
        value={name}
        autoFocus
        maxLength={100}
        onChange={(event) => setName(event.target.value)}
        error={isChecked && name.trim() === "" ? words.nameMissing : undefined}
      />
      <RoleSelect value={role} onChange={setRole} />
    </FormDialog>
  );
}
