import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "../../shared/api/api-problem";
import type { Me, Person } from "../../shared/api/types";
import { showToast } from "../../shared/ui/toast-list";
import { CheckList } from "./CheckList";
import { FormDialog } from "../../shared/ui/FormDialog";
import { changePerson, groupsQuery } from "./queries";
import { RoleSelect } from "./RoleSelect";
import { usePeopleDeeds } from "./use-people-deeds";
import { words } from "./words";

/** The role of somebody, and the groups they are in. What one takes from oneself is asked about once more. */
export function EditPerson({
  me,
  person,
  onClose,
}: {
  me: Me;
  person: Person;
  onClose: () => void;
}) {
  const { attempt } = usePeopleDeeds();
  const [role, setRole] = useState(person.role);
  const [chosen, setChosen] = useState(person.groups);
  const [warning, setWarning] = useState<string | null>(null);
  const groups = useQuery(groupsQuery).data?.items ?? [];
  const mayGroup = me.permissions.includes("group.manage") && groups.length > 0;
  const put = (wanted: Pick<Person, "role" | "groups">, confirm: boolean) =>
    changePerson(person.id, {
      role: wanted.role,
      ...(mayGroup && { groups: wanted.groups }),
      confirm,
    });
  const undo = () =>
    void attempt(
      () => put(person, false),
      () => showToast(words.undone(person.name)),
    );
  const save = () =>
    attempt(async () => {
      try {
        await put({ role, groups: chosen }, warning !== null);
      } catch (error) {
        if (!isWarning(error)) throw error;
        setWarning(error.detail);
        return;
      }
      showToast(words.changed(person.name), person.id === me.id ? {} : { undo });
      onClose();
    });
  return (
    <FormDialog
      title={person.name}
      submit={warning === null ? words.save : words.allTheSame}
      loss={warning !== null}
      failure={warning}
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

function isWarning(error: unknown): error is ApiProblem {
  return error instanceof ApiProblem && error.code === "loses-own-rights";
}
