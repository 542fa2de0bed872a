import type { Me, Person } from "../../shared/api/types";
import { agoInWords } from "../../shared/lib/ago-in-words";
import { Button } from "../../shared/ui/Button";
import { State } from "../../shared/ui/State";
import styles from "./People.module.css";
import type { PersonDialog } from "./person-dialog";
import { PersonMenu } from "./PersonMenu";
import { usePeopleDeeds } from "./use-people-deeds";
import { words } from "./words";

/** One person: who they are, what they may do, whether they are in. */
export function PersonRow({
  me,
  person,
  now,
  mayLook,
  onAsk,
  onKeys,
}: {
  me: Me;
  person: Person;
  now: Date;
  /** Into what they asked and were answered. */
  mayLook: boolean;
  onAsk: (what: PersonDialog) => void;
  onKeys: () => void;
}) {
  const { change } = usePeopleDeeds();
  const needed = person.kind === "service" ? "service.manage" : "person.manage";
  const mayManage = me.permissions.includes(needed) && person.role !== "owner";
  const approve = () =>
    void change(
      person,
      { state: "active", confirm: false },
      { state: "disabled", confirm: false },
      words.approved(person.name),
    );
  return (
    <li className={styles.row}>
      <div>
        <span className={styles.name}>{person.name}</span>
        {person.id === me.id && <span className={styles.tag}>{words.you}</span>}
        <div className={styles.muted}>{person.email ?? words.account}</div>
      </div>
      <div>{person.role_name}</div>
      <div>
        <PersonState person={person} now={now} />
      </div>
      <div className={styles.end}>
        {mayManage && person.state === "waiting" && (
          <Button onClick={approve}>{words.approve}</Button>
        )}
        {mayLook && (
          <Button aria-label={words.conversationsOf(person.name)} onClick={() => onAsk("look")}>
            {words.conversations}
          </Button>
        )}
        {mayManage && (
          <PersonMenu person={person} isMe={person.id === me.id} onAsk={onAsk} onKeys={onKeys} />
        )}
      </div>
    </li>
  );
}

function PersonState({ person: { state, seen_at, kind }, now }: { person: Person; now: Date }) {
  if (state === "waiting") return <State kind="running">{words.states.waiting}</State>;
  if (state !== "active") return <State kind="off">{words.states[state]}</State>;
  if (kind === "service") return null;
  if (seen_at === null) return <span className={styles.muted}>{words.neverSeen}</span>;
  const seen = new Date(seen_at);
  return (
    <time className={styles.muted} dateTime={seen_at} title={seen.toLocaleString()}>
      {words.seen(agoInWords(seen, now))}
    </time>
  );
}
