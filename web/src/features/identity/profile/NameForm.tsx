import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Me } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { Field } from "../../../shared/ui/Field";
import { Section } from "../../../shared/ui/Section";
import { showToast } from "../../../shared/ui/toast-list";
import { changeMyName, meQuery } from "../queries";
import { told } from "../told";
import { words } from "../words";
import styles from "./Profile.module.css";

/** How one is called here; the way back is offered. */
export function NameForm({ me }: { me: Me }) {
  const client = useQueryClient();
  const [name, setName] = useState(me.name);
  const [isChecked, setIsChecked] = useState(false);
  const change = useMutation({
    mutationFn: changeMyName,
    onSuccess: (now) => {
      client.setQueryData(meQuery.queryKey, now);
      setName(now.name);
    },
    onError: (error) => showToast(told(error)),
  });
  const isBlank = name.trim() === "";
  const save = (event: FormEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (isBlank || change.isPending) return;
    const before = me.name;
    const back = () => change.mutate(before, { onSuccess: () => showToast(words.undone) });
    change.mutate(name.trim(), {
      onSuccess: () => showToast(words.nameSaved, { undo: back }),
    });
  };
  return (
    <Section title={words.name} note={me.email}>
      <form className={styles.line} onSubmit={save} noValidate>
        <Field
          className={styles.field}
          label={words.name}
          autoComplete="name"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={isChecked && isBlank ? words.nameMissing : undefined}
        />
        <Button type="submit" disabled={change.isPending || name.trim() === me.name}>
          {words.saveName}
        </Button>
      </form>
    </Section>
  );
}
