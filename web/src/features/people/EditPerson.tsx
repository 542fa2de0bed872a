import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Me, Person } from "../../shared/api/types";
import { CheckList } from "./CheckList";
import { FormDialog } from "./FormDialog";
import { groupsQuery } from "./queries";
import { RoleSelect } from "./RoleSelect";
import { usePeopleDeeds } from "./use-people-deeds";
import { words } from "./words";

/** The role of somebody, and the groups they are in. */
export function EditPerson({
  me,
  person,
  onClose,
}: {
  me: Me;
  person: Person;
  onClose: () => void;
}) {
  const { change } = usePeopleDeeds();
  const [role, setRole] = useState(person.role);
  const [chosen, setChosen] = useState(person.groups);
  const groups = useQuery(groupsQuery).data?.items ?? [];
  const mayGroup = me.permissions.includes("group.manage") && groups.length > 0;
  const save = async () => {
    const withGroups = mayGroup && { groups: chosen };
    const back = { role: person.role, ...(mayGroup && { groups: person.groups }), confirm: false };
    const to = { role, ...withGroups, confirm: false };
    if (await change(person, to, back, words.changed(person.name))) onClose();
  };
  return (
    <FormDialog
      title={person.name}
      submit={words.save}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <RoleSelect value={role} onChange={setRole} />
      {mayGroup && (
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
