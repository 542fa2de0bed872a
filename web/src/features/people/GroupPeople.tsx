import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Group, Person } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { IconButton } from "../../shared/ui/IconButton";
import { showToast } from "../../shared/ui/toast-list";
import { FormDialog } from "../../shared/ui/FormDialog";
import styles from "./People.module.css";
import { peopleQuery, putInGroup, takeOutOfGroup } from "./queries";
import { Select } from "../../shared/ui/Select";
import { usePeopleDeeds } from "./use-people-deeds";
import { words } from "./words";

const everybody = { query: "", state: "", role: "" };

/** Who is in a group, and the way in and out of it. */
export function GroupPeople({
  group,
  mayManage,
  onClose,
}: {
  group: Group;
  mayManage: boolean;
  onClose: () => void;
}) {
  const { attempt } = usePeopleDeeds();
  const inside = useInfiniteQuery(peopleQuery({ ...everybody, group: group.id }));
  const people = inside.data?.pages.flatMap(({ items }) => items);
  const takeOut = (person: Person) =>
    void attempt(
      () => takeOutOfGroup(group.id, person.id),
      () =>
        showToast(words.takenOut(person.name), {
          undo: () =>
            void attempt(
              () => putInGroup(group.id, [person.id]),
              () => showToast(words.putBack(person.name)),
            ),
        }),
    );
  return (
    <FormDialog title={group.name} onClose={onClose}>
      {people?.length === 0 && <p>{words.nobodyInIt}</p>}
      {people && people.length > 0 && (
        <ul className={styles.members} aria-label={words.showPeople}>
          {people.map((person) => (
            <li key={person.id}>
              <span className={styles.name}>{person.name}</span>
              <span className={styles.muted}>{person.email ?? words.account}</span>
              {mayManage && (
                <IconButton
                  icon="close"
                  label={words.takeOut(person.name)}
                  onClick={() => takeOut(person)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {inside.hasNextPage && (
        <Button onClick={() => void inside.fetchNextPage()}>{words.showMore}</Button>
      )}
      {mayManage && <PutIn group={group} inside={people ?? []} />}
    </FormDialog>
  );
}

function PutIn({ group, inside }: { group: Group; inside: readonly Person[] }) {
  const { attempt } = usePeopleDeeds();
  const [chosen, setChosen] = useState("");
  const all = useInfiniteQuery(peopleQuery(everybody));
  const others = (all.data?.pages.flatMap(({ items }) => items) ?? []).filter(
    ({ id }) => !inside.some((person) => person.id === id),
  );
  const put = async () => {
    if (chosen !== "" && (await attempt(() => putInGroup(group.id, [chosen])))) setChosen("");
  };
  return (
    <div className={styles.putIn}>
      <Select label={words.putSomebodyIn} value={chosen} onChange={setChosen}>
        <option value="">{words.nobodyChosen}</option>
        {others.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
      <Button disabled={chosen === ""} onClick={() => void put()}>
        {words.putIn}
      </Button>
    </div>
  );
}
