import { type FormEvent, useState } from "react";
import { Button } from "../../shared/ui/Button";
import { Field } from "../../shared/ui/Field";
import styles from "./ConnectionForm.module.css";
import { host } from "./format";
import { State } from "./State";
import { useNewConnection } from "./use-new-connection";
import { words } from "./words";

const blank = { name: "", base_url: "", key: "" };

export function ConnectionForm({
  onDone,
}: {
  /** With the number of its models, or null if it does not answer but was kept. */
  onDone: (name: string, models: number | null) => void;
}) {
  const [draft, setDraft] = useState(blank);
  const [isChecked, setIsChecked] = useState(false);
  const attempt = useNewConnection(onDone);
  const address = draft.base_url.trim();
  const isAddress = /^https?:\/\/\S+$/i.test(address) && URL.canParse(address);
  const change = (field: keyof typeof blank, value: string) => {
    setDraft({ ...draft, [field]: value });
    attempt.forget();
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (!isAddress || attempt.isBusy) return;
    const { name, key } = draft;
    attempt.add({
      kind: "openai-compatible",
      name: name.trim() || host(address),
      base_url: address,
      ...(key.trim() && { key: key.trim() }),
    });
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Field
        label={words.address}
        hint={words.addressHint}
        error={isChecked && !isAddress ? words.addressWrong : attempt.fields.get("base_url")}
        inputMode="url"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        placeholder="http://localhost:11434/v1"
        value={draft.base_url}
        onChange={(event) => change("base_url", event.target.value)}
      />
      <Field
        label={words.key}
        hint={words.keyHint}
        error={attempt.fields.get("key")}
        type="password"
        autoComplete="off"
        value={draft.key}
        onChange={(event) => change("key", event.target.value)}
      />
      <Field
        label={words.connectionName}
        hint={words.connectionNameHint}
        error={attempt.fields.get("name")}
        autoComplete="off"
        maxLength={100}
        value={draft.name}
        onChange={(event) => change("name", event.target.value)}
      />
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
    </form>
  );
}
