import type { Role } from "../../shared/api/types";
import { showToast } from "../../shared/ui/toast-list";
import { FormDialog } from "../../shared/ui/FormDialog";
import { deleteRole } from "./queries";
import { usePeopleDeeds } from "./use-people-deeds";
import { words } from "./words";

/** Asks before a role goes, and says what becomes of those who have it. */
export function DeleteRole({ role, onClose }: { role: Role; onClose: () => void }) {
  const { attempt } = usePeopleDeeds();
  const remove = async () => {
    await attempt(
      () => deleteRole(role.id),
      () => showToast(words.roleDeleted(role.name)),
    );
    onClose();
  };
  return (
    <FormDialog
      title={words.roleDeleteTitle(role.name)}
      lead={words.roleDeleteLead(role.people)}
      submit={words.delete}
      loss
      onSubmit={() => void remove()}
      onClose={onClose}
    />
  );
}
