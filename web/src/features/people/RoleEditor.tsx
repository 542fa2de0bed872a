import { useState } from "react";
import type { Role } from "../../shared/api/types";
import { Field } from "../../shared/ui/Field";
import { showToast } from "../../shared/ui/toast-list";
import { FormDialog } from "../../shared/ui/FormDialog";
import { PermissionChecks } from "./PermissionChecks";
import { addRole, changeRole, type RoleDraft } from "./queries";
import { usePeopleDeeds } from "./use-people-deeds";
import { words } from "./words";

const blank: RoleDraft = { name: "", permissions: [] };

/** Makes a role, or changes one; a built-in role keeps its name. */
export function RoleEditor({ role, onClose }: { role?: Role; onClose: () => void }) {
  const { attempt } = usePeopleDeeds();
  const [draft, setDraft] = useState<RoleDraft>(role ?? blank);
  const [isChecked, setIsChecked] = useState(false);
  const name = draft.name.trim();
  const save = async () => {
    setIsChecked(true);
    if (name === "") return;
    const sent = { name, permissions: draft.permissions };
    const isDone = role
      ? await attempt(
          () => changeRole(role.id, sent),
          () => tellChanged(role),
        )
      : await attempt(
          () => addRole(sent),
          () => showToast(words.roleMade(name)),
        );
    if (isDone) onClose();
  };
  const tellChanged = ({ id, name: before, permissions }: Role) =>
    showToast(words.roleChanged(before), {
      undo: () => void attempt(() => changeRole(id, { name: before, permissions })),
    });
  return (
    <FormDialog
      title={role?.name ?? words.makeRole}
      submit={role ? words.save : words.makeRole}
      wide
      onSubmit={() => void save()}
      onClose={onClose}
    >
      {!role?.built_in && (
        <Field
          label={words.name}
          autoFocus
          maxLength={60}
          value={draft.name}
          onChange={(event) => setDraft({ ...draft, name: event.target.value })}
          error={isChecked && name === "" ? words.nameMissing : undefined}
        />
      )}
      <PermissionChecks
        legend={words.permissions}
        chosen={draft.permissions}
        onChange={(permissions) => setDraft({ ...draft, permissions })}
      />
    </FormDialog>
  );
}
