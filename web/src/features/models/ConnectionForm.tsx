import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { ConnectionKind } from "../../shared/api/types";
import { showFaults } from "../../shared/lib/show-faults";
import { Button } from "../../shared/ui/Button";
import { LinkButton } from "../../shared/ui/LinkButton";
import { State } from "../../shared/ui/State";
import styles from "./ConnectionForm.module.css";
import { addressFault, blankOf, draftOf, type FieldName } from "./connection-fields";
import { ConnectionFields } from "./ConnectionFields";
import { OwnChoice } from "./OwnChoice";
import { PrivateChoice } from "./PrivateChoice";
import { connectionsQuery } from "./queries";
import { useNewConnection } from "./use-new-connection";
import { words } from "./words";

export interface ConnectionFormProps {
  kind: ConnectionKind;
  onBack: () => void;
  /** With the number of its models, or null if it does not answer but was kept. */
  onDone: (name: string, models: number | null) => void;
}

/** What has to be known of a server of this kind; what is known of it already is filled in. */
export function ConnectionForm({ kind, onBack, onDone }: ConnectionFormProps) {
  const [filled, setFilled] = useState(() => blankOf(kind));
  const [isChecked, setIsChecked] = useState(false);
  const attempt = useNewConnection(onDone);
  const mayOwn = useQuery(connectionsQuery).data?.own_allowed ?? false;
  const keyFault = kind.needs_key && filled.key.trim() === "" ? words.keyMissing : undefined;
  const faults = {
    base_url: addressFault(filled),
    key: keyFault,
    name: undefined,
    models: undefined,
  };
  const change = (field: FieldName, value: string) => {
    setFilled({ ...filled, [field]: value });
    attempt.forget();
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    showFaults(event.currentTarget, () => setIsChecked(true));
    if (faults.base_url || faults.key || attempt.isBusy) return;
    attempt.add(draftOf(kind, filled));
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <p className={styles.kind}>
        {kind.label} <LinkButton onClick={onBack}>{words.otherKind}</LinkButton>
      </p>
      <ConnectionFields
        filled={filled}
        onChange={change}
        errorOf={(field) => (isChecked ? faults[field] : undefined) ?? attempt.fields.get(field)}
        first={kind.needs_key ? "key" : "base_url"}
        addressExample={kind.base_url ?? "http://localhost:8000/v1"}
        addressHint={kind.base_url === null ? words.addressHint : words.addressKnownHint}
        keyHint={kind.needs_key ? words.keyStored : words.keyHint}
      />
      {mayOwn && (
        <OwnChoice
          isOwn={filled.own}
          onChange={(own) => {
            setFilled({ ...filled, own });
            attempt.forget();
          }}
        />
      )}
      <PrivateChoice
        isPrivate={filled.isPrivate}
        onChange={(isPrivate) => {
          setFilled({ ...filled, isPrivate });
          attempt.forget();
        }}
      />
      <div className={styles.foot}>
        {attempt.problem && (
          <div className={styles.problem} role="alert">
            <State kind="loss">{attempt.problem.state}</State>
            <p>{attempt.problem.advice}</p>
          </div>
        )}
        <div className={styles.deeds}>
          {attempt.keep && <Button onClick={attempt.keep}>{words.keepAnyway}</Button>}
          <Button type="submit" variant="primary" disabled={attempt.isBusy}>
            {attempt.isBusy ? words.testing : words.addAndTest}
          </Button>
        </div>
      </div>
    </form>
  );
}
