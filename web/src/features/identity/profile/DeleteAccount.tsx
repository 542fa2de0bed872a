import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Me } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { Dialog } from "../../../shared/ui/Dialog";
import { Section } from "../../../shared/ui/Section";
import type { Proven } from "../elsewhere/proven";
import { FormFailure } from "../FormFailure";
import { PasswordField } from "../PasswordField";
import { deleteMe, myBelongingsQuery } from "../queries";
import { told } from "../told";
import { words } from "../words";
import styles from "./Profile.module.css";

export interface DeleteAccountProps {
  me: Me;
  proven: Proven;
  /** The dialog of a proof that is asked for: inside that of this, so that it does not close it. */
  proof: ReactNode;
  onGone: () => void;
}

/** The end of one's account. Names what is lost, and asks for the password: it cannot be brought back. */
export function DeleteAccount(props: DeleteAccountProps) {
  const { me } = props;
  const [isAsking, setIsAsking] = useState(false);
  return (
    <Section title={words.deleteAccount} note={words.deleteNote}>
      {me.role === "owner" ? (
        <p className={styles.note}>{words.deleteOwner}</p>
      ) : (
        <Button className={styles.loss} onClick={() => setIsAsking(true)}>
          {words.deleteNow}
        </Button>
      )}
      {isAsking ? <AskFirst {...props} onClose={() => setIsAsking(false)} /> : props.proof}
    </Section>
  );
}

function AskFirst(props: DeleteAccountProps & { onClose: () => void }) {
  const { me, proven, proof, onClose, onGone } = props;
  const [password, setPassword] = useState("");
  const { data } = useQuery({ ...myBelongingsQuery, staleTime: 0 });
  const deletion = useMutation({
    mutationFn: (given: string) => proven(() => deleteMe(given)),
    onSuccess: onGone,
  });
  const kinds = (["conversations", "batches", "connections", "keys"] as const).filter(
    (kind) => data && data[kind] > 0,
  );
  const remove = (event: FormEvent) => {
    event.preventDefault();
    if (data && !deletion.isPending) deletion.mutate(password);
  };
  return (
    <Dialog open onClose={onClose} title={words.deleteTitle}>
      <form className={styles.ask} onSubmit={remove} noValidate>
        <p>{words.deleteLead}</p>
        <ul>
          {kinds.map((kind) => (
            <li key={kind}>{words.lost[kind](data?.[kind] ?? 0)}</li>
          ))}
        </ul>
        {data && kinds.length === 0 && <p>{words.deleteNothing}</p>}
        {me.has_password && (
          <PasswordField
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
        {deletion.error && <FormFailure>{told(deletion.error)}</FormFailure>}
        <div className={styles.deeds}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" className={styles.loss} disabled={!data || deletion.isPending}>
            {words.deleteNow}
          </Button>
        </div>
      </form>
      {proof}
    </Dialog>
  );
}
