import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { ApiProblem } from "../../../shared/api/api-problem";
import type { SignInSettings } from "../../../shared/api/types";
import { copyText } from "../../../shared/lib/copy-text";
import { Button } from "../../../shared/ui/Button";
import { Dialog } from "../../../shared/ui/Dialog";
import { Field } from "../../../shared/ui/Field";
import { Select } from "../../../shared/ui/Select";
import { showToast } from "../../../shared/ui/toast-list";
import { FormFailure } from "../FormFailure";
import { Findings } from "./Findings";
import {
  blank,
  changeFrom,
  draftFrom,
  filledFrom,
  kinds,
  newPeople,
  turnedInto,
} from "./provider-fields";
import type { Filled } from "./provider-fields";
import { ProviderDetails } from "./ProviderDetails";
import styles from "./ProviderForm.module.css";
import type { Proven } from "./proven";
import { addProvider, changeProvider, lookAgain, testDraft } from "./queries";
import { deedFailure, kindWords, newPeopleWords, words } from "./words";

export interface ProviderFormProps {
  /** None: a new one is set up. */
  provider: SignInSettings | null;
  taken: readonly string[];
  /** The address to register, with `{name}` in it. */
  redirectPattern: string;
  proven: Proven;
  /** The dialog of a proof that is asked for: inside this one, so that it does not close it. */
  proof: ReactNode;
  onClose: () => void;
}

/** Everything that can be said about a provider, the address to register there, and a test before it is kept. */
export function ProviderForm(props: ProviderFormProps) {
  const { provider, taken, redirectPattern, proven, proof, onClose } = props;
  const client = useQueryClient();
  const [filled, setFilled] = useState(() =>
    provider ? filledFrom(provider) : blank("oidc", taken),
  );
  const test = useMutation({ mutationFn: () => testDraft(draftFrom(filled)) });
  const saving = useMutation({
    mutationFn: () =>
      proven(() =>
        provider
          ? changeProvider(provider.name, changeFrom(filled, provider.version))
          : addProvider(draftFrom(filled)),
      ),
    onSuccess: async ({ label }) => {
      await lookAgain(client);
      showToast(provider ? words.changed(label) : words.added(label));
      onClose();
    },
  });
  const change = (part: Partial<Filled>) => {
    setFilled((before) => ({ ...before, ...part }));
    saving.reset();
    test.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!saving.isPending) saving.mutate();
  };
  const failure = saving.error ?? test.error;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={provider ? words.changeTitle(provider.label) : words.addTitle}
    >
      <form className={styles.form} onSubmit={submit} noValidate>
        {!provider && (
          <Select
            label={words.kind}
            value={filled.kind}
            onChange={(value) => {
              const kind = kinds.find((one) => one === value);
              if (kind) change(turnedInto(filled, kind, taken));
            }}
          >
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {kindWords[kind]}
              </option>
            ))}
          </Select>
        )}
        <Basics filled={filled} isNew={!provider} pattern={redirectPattern} onChange={change} />
        <Client filled={filled} hasSecret={provider?.has_secret ?? false} onChange={change} />
        <Select
          label={words.newPeopleWho}
          value={filled.newPeople}
          onChange={(value) =>
            change({ newPeople: newPeople.find((one) => one === value) ?? "wait" })
          }
        >
          {newPeople.map((value) => (
            <option key={value} value={value}>
              {newPeopleWords[value]}
            </option>
          ))}
        </Select>
        <ProviderDetails filled={filled} onChange={change} />
        {test.data && <Findings label={words.testResult} findings={test.data.items} />}
        {failure && (
          <FormFailure>
            {deedFailure(failure instanceof ApiProblem ? failure : ApiProblem.unreachable())}
          </FormFailure>
        )}
        <div className={styles.deeds}>
          <Button disabled={test.isPending} onClick={() => test.mutate()}>
            {test.isPending ? words.testing : words.test}
          </Button>
          <span className={styles.space} />
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="primary" disabled={saving.isPending}>
            {provider ? words.save : words.add}
          </Button>
        </div>
      </form>
      {proof}
    </Dialog>
  );
}

interface PartProps {
  filled: Filled;
  onChange: (part: Partial<Filled>) => void;
}

/** What it is called, and the address by which it sends people back. */
function Basics({
  filled,
  isNew,
  pattern,
  onChange,
}: PartProps & { isNew: boolean; pattern: string }) {
  const address = pattern.replace("{name}", filled.name.trim() || "…");
  const copy = async () => {
    showToast((await copyText(address)) ? words.copied : words.notCopied);
  };
  return (
    <>
      {isNew && (
        <Field
          label={words.name}
          hint={words.nameHint}
          maxLength={40}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={filled.name}
          onChange={({ target }) => onChange({ name: target.value.toLowerCase() })}
        />
      )}
      {filled.kind !== "firebase" && (
        <Field
          label={words.register}
          hint={words.registerHint}
          readOnly
          value={address}
          onFocus={({ target }) => target.select()}
          aside={
            <button type="button" className={styles.copy} onClick={() => void copy()}>
              {words.copy}
            </button>
          }
        />
      )}
      <Field
        label={words.label}
        hint={words.labelHint}
        maxLength={40}
        autoComplete="off"
        value={filled.label}
        onChange={({ target }) => onChange({ label: target.value })}
      />
    </>
  );
}

/** How this server is known there. */
function Client({ filled, hasSecret, onChange }: PartProps & { hasSecret: boolean }) {
  const { kind } = filled;
  return (
    <>
      {(kind === "oidc" || kind === "github") && (
        <Field
          label={kind === "oidc" ? words.issuer : words.enterprise}
          hint={kind === "oidc" ? words.issuerHint : words.enterpriseHint}
          type="url"
          inputMode="url"
          autoComplete="off"
          value={filled.issuer}
          onChange={({ target }) => onChange({ issuer: target.value })}
        />
      )}
      <Field
        label={kind === "firebase" ? words.project : words.clientId}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={filled.clientId}
        onChange={({ target }) => onChange({ clientId: target.value })}
      />
      {kind !== "firebase" && (
        <Field
          label={words.secret}
          hint={hasSecret ? words.secretKept : words.secretHint}
          type="password"
          autoComplete="off"
          value={filled.secret}
          onChange={({ target }) => onChange({ secret: target.value })}
        />
      )}
    </>
  );
}
