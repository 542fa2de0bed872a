import { useMutation } from "@tanstack/react-query";
import type { Person } from "../../shared/api/types";
import { FormDialog } from "../../shared/ui/FormDialog";
import { LinkToCopy } from "./LinkToCopy";
import { makeReset } from "./queries";
import { told } from "./use-people-deeds";
import { words } from "./words";

/** A link by which somebody chooses a new password. Made when asked for, because it makes earlier ones worthless. */
export function ResetLink({ person, onClose }: { person: Person; onClose: () => void }) {
  const making = useMutation({ mutationFn: () => makeReset(person.id) });
  return (
    <FormDialog
      title={words.resetTitle(person.name)}
      lead={words.resetLead}
      {...(!making.data && { submit: words.makeLink })}
      isBusy={making.isPending}
      failure={making.error ? told(making.error) : null}
      onSubmit={() => making.mutate()}
      onClose={onClose}
    >
      {making.data && <LinkToCopy page="reset" token={making.data.token} />}
      {making.data?.mailed && <p>{words.mailed(person.email ?? "")}</p>}
    </FormDialog>
  );
}
