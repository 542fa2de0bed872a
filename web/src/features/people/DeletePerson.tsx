import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Belongings, Person } from "../../shared/api/types";
import { showToast } from "../../shared/ui/toast-list";
import { FormDialog } from "../../shared/ui/FormDialog";
import { belongingsQuery, deletePerson } from "./queries";
import { usePeopleDeeds } from "./use-people-deeds";
import { words } from "./words";

/** Asks before somebody goes, and names what goes with them: it cannot be brought back. */
export function DeletePerson({ person, onClose }: { person: Person; onClose: () => void }) {
  const { data } = useQuery({ ...belongingsQuery(person.id), staleTime: 0 });
  const { attempt } = usePeopleDeeds();
  const [isBusy, setIsBusy] = useState(false);
  const remove = async () => {
    setIsBusy(true);
    await attempt(
      () => deletePerson(person.id),
      () => showToast(words.deleted(person.name)),
    );
    onClose();
  };
  return (
    <FormDialog
      title={words.deleteTitle(person.name)}
      lead={words.deleteLead(person.name)}
      submit={words.delete}
      loss
      isBusy={isBusy || !data}
      onSubmit={() => void remove()}
      onClose={onClose}
    >
      {data && <Lost belongings={data} />}
      <p>{words.deleteNote}</p>
    </FormDialog>
  );
}

function Lost({ belongings }: { belongings: Belongings }) {
  const kinds = (["conversations", "batches", "connections", "keys"] as const).filter(
    (kind) => belongings[kind] > 0,
  );
  if (kinds.length === 0) return <p>{words.deleteNothing}</p>;
  return (
    <ul>
      {kinds.map((kind) => (
        <li key={kind}>{words.lost[kind](belongings[kind])}</li>
      ))}
    </ul>
  );
}
