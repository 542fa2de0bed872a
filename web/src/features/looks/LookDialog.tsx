import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem } from "../../shared/api/api-problem";
import type { Conversation, Message, Page, Person } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { Field } from "../../shared/ui/Field";
import styles from "./Looks.module.css";
import { listTheirs, readTheirs } from "./queries";
import { words } from "./words";

/** Somebody's conversations, for whoever may look: first the reason, then the list, then one of them to read. */
export function LookDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const [theirs, setTheirs] = useState<Page<Conversation> | null>(null);
  const [open, setOpen] = useState<{ of: Conversation; page: Page<Message> } | null>(null);
  const looking = { personId: person.id, reason: reason.trim() };
  const listing = useMutation({
    mutationFn: (before: string | null) => listTheirs({ ...looking, before }),
    onSuccess: (page) =>
      setTheirs((known) => ({ ...page, items: [...(known?.items ?? []), ...page.items] })),
  });
  const reading = useMutation({
    mutationFn: ({ of, before }: { of: Conversation; before: string | null }) =>
      readTheirs(of.id, { ...looking, before }),
    onSuccess: (page, { of, before }) =>
      setOpen((known) => ({
        of,
        page: { ...page, items: [...(before ? (known?.page.items ?? []) : []), ...page.items] },
      })),
  });
  const error = listing.error ?? reading.error;
  return (
    <Dialog open wide onClose={onClose} title={words.conversationsOf(person.name)}>
      <div className={styles.body}>
        <p className={styles.lead}>{words.willBeTold(person.name)}</p>
        {theirs === null && (
          <ReasonForm reason={reason} onChange={setReason} onLook={() => listing.mutate(null)} />
        )}
        {error && (
          <p className={styles.failure} role="alert">
            {error instanceof ApiProblem ? error.detail : words.failed}
          </p>
        )}
        {open && (
          <Reading
            messages={open.page.items}
            onBack={() => setOpen(null)}
            {...(open.page.next_cursor !== null && {
              onOlder: () => reading.mutate({ of: open.of, before: open.page.next_cursor }),
            })}
          />
        )}
        {theirs && !open && (
          <Listing
            theirs={theirs}
            onRead={(of) => reading.mutate({ of, before: null })}
            onOlder={() => listing.mutate(theirs.next_cursor)}
          />
        )}
        <div className={styles.deeds}>
          <Button onClick={onClose}>{words.close}</Button>
        </div>
      </div>
    </Dialog>
  );
}

function ReasonForm({
  reason,
  onChange,
  onLook,
}: {
  reason: string;
  onChange: (reason: string) => void;
  onLook: () => void;
}) {
  const isGiven = reason.trim().length >= 3;
  const look = (event: FormEvent) => {
    event.preventDefault();
    if (isGiven) onLook();
  };
  return (
    <form className={styles.form} onSubmit={look} noValidate>
      <Field
        label={words.reason}
        hint={words.reasonHint}
        maxLength={200}
        autoFocus
        value={reason}
        onChange={(event) => onChange(event.target.value)}
      />
      <Button type="submit" variant="primary" disabled={!isGiven}>
        {words.look}
      </Button>
    </form>
  );
}

function Listing({
  theirs,
  onRead,
  onOlder,
}: {
  theirs: Page<Conversation>;
  onRead: (conversation: Conversation) => void;
  onOlder: () => void;
}) {
  if (theirs.items.length === 0) return <p>{words.nothing}</p>;
  return (
    <>
      <ul className={styles.theirs}>
        {theirs.items.map((one) => (
          <li key={one.id}>
            <button type="button" className={styles.one} onClick={() => onRead(one)}>
              <span>{one.title ?? words.untitled}</span>
              <time className={styles.muted} dateTime={one.updated_at}>
                {new Date(one.updated_at).toLocaleDateString()}
              </time>
            </button>
          </li>
        ))}
      </ul>
      {theirs.next_cursor !== null && <Button onClick={onOlder}>{words.older}</Button>}
    </>
  );
}

/** The branch that the conversation shows, oldest first, as plain words. */
function Reading({
  messages,
  onBack,
  onOlder,
}: {
  messages: readonly Message[];
  onBack: () => void;
  onOlder?: () => void;
}) {
  return (
    <div className={styles.reading}>
      <Button icon="back" onClick={onBack}>
        {words.back}
      </Button>
      {onOlder && <Button onClick={onOlder}>{words.older}</Button>}
      <div className={styles.messages} role="region" aria-label={words.messages} tabIndex={0}>
        {messages.toReversed().map((message) => (
          <article key={message.id}>
            <h3 className={styles.muted}>
              {message.role === "user" ? words.question : words.answer}
            </h3>
            <p className={styles.text}>{message.content.map(({ text }) => text).join("")}</p>
          </article>
        ))}
      </div>
    </div>
  );
}
