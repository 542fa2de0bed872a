import type { Group } from "../../shared/api/types";
import { showToast } from "../../shared/ui/toast-list";
import { FormDialog } from "../../shared/ui/FormDialog";
import { deleteGroup } from "./queries";
import { usePeopleDeeds } from "./use-people-deeds";
import { words } from "./words";

/** Asks before a group goes, and says who loses what. */
export function DeleteGroup({ group, onClose }: { group: Group; onClose: () => void }) {
  const { attempt } = usePeopleDeeds();
  const remove = async () => {
    await attempt(
      () => deleteGroup(group.id),
      () => showToast(words.groupDeleted(group.name)),
    );
    onClose();
  };
  return (
    <FormDialog
      title={words.groupDeleteTitle(group.name)}
      lead={words.groupDeleteLead(group.people)}
      submit={words.delete}
      loss
      onSubmit={() => void remove()}
      onClose={onClose}
    />
  );
}
