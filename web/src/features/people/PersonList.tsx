import { useState } from "react";
import type { Me, Person } from "../../shared/api/types";
import { useNow } from "../../shared/lib/use-now";
import { DeletePerson } from "./DeletePerson";
import { EditPerson } from "./EditPerson";
import styles from "./People.module.css";
import type { PersonDialog } from "./person-dialog";
import { PersonRow } from "./PersonRow";
import type { RenderLook } from "./render-look";
import { ResetLink } from "./ResetLink";
import { words } from "./words";

/** Everybody who was found, each with what may be done about them. */
export function PersonList({
  me,
  people,
  onKeys,
  renderLook,
}: {
  me: Me;
  people: readonly Person[];
  onKeys: (account: Person) => void;
  renderLook?: RenderLook;
}) {
  const now = useNow(60_000);
  const [asked, setAsked] = useState<{ about: Person; what: PersonDialog } | null>(null);
  const close = () => setAsked(null);
  return (
    <>
      <ul className={styles.list} aria-label={words.list}>
        {people.map((person) => (
          <PersonRow
            key={person.id}
            me={me}
            person={person}
            now={now}
            onKeys={() => onKeys(person)}
            mayLook={renderLook !== undefined && mayLook(me, person)}
            onAsk={(what) => setAsked({ about: person, what })}
          />
        ))}
      </ul>
      {asked?.what === "edit" && <EditPerson me={me} person={asked.about} onClose={close} />}
      {asked?.what === "delete" && <DeletePerson person={asked.about} onClose={close} />}
      {asked?.what === "look" && renderLook?.(asked.about, close)}
      {asked?.what === "reset" && <ResetLink person={asked.about} onClose={close} />}
    </>
  );
}

function mayLook(me: Me, person: Person): boolean {
  return (
    me.read_all_allowed &&
    me.permissions.includes("conversation.read_all") &&
    person.id !== me.id &&
    person.kind === "person"
  );
}
