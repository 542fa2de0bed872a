import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Me } from "../../shared/api/types";
import { Field } from "../../shared/ui/Field";
import { CheckList } from "./CheckList";
import { FormDialog } from "../../shared/ui/FormDialog";
import { LinkToCopy } from "./LinkToCopy";
import { groupsQuery, invitationsQuery, invite } from "./queries";
import { RoleSelect } from "./RoleSelect";
import { told } from "./use-people-deeds";
import { words } from "./words";

/** Makes a link by which one person may join, and shows it once. */
export function InviteDialog({ me, onClose }: { me: Me; onClose: () => void }) {
  const client = useQueryClient();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState("member");
  const [chosen, setChosen] = useState<string[]>([]);
  const groups = useQuery(groupsQuery).data?.items ?? [];
  const making = useMutation({
    mutationFn: () => invite({ email: email.trim() || null, role, groups: chosen }),
    onSuccess: () => client.invalidateQueries(invitationsQuery),
  });
  if (making.data) {
    return (
      <FormDialog title={words.inviteTitle} lead={words.linkReady} onClose={onClose}>
        <LinkToCopy page="join" token={making.data.token} />
        {making.data.mailed && <p>{words.mailed(email.trim())}</p>}
      </FormDialog>
    );
  }
  return (
    <FormDialog
      title={words.inviteTitle}
      lead={words.inviteLead}
      submit={words.makeLink}
      isBusy={making.isPending}
      failure={making.error ? told(making.error) : null}
      onSubmit={() => making.mutate()}
      onClose={onClose}
    >
      <Field
        label={words.email}
        type="email"
        autoFocus
        autoComplete="off"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        hint={words.emailHint}
      />
      <RoleSelect value={role} onChange={setRole} />
      {me.permissions.includes("group.manage") && groups.length > 0 && (
        <CheckList
          legend={words.groups}
          items={groups.map(({ id, name, description }) => ({ id, name, note: description }))}
          chosen={chosen}
          onChange={setChosen}
        />
      )}
    </FormDialog>
  );
}
