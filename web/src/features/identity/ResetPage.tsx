/** The page `/reset#…`: whoever forgot their password chooses a new one, and is signed in. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Me } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { Field } from "../../shared/ui/Field";
import { Door } from "./Door";
import styles from "./Form.module.css";
import { FormFailure } from "./FormFailure";
import { NewPasswordField } from "./NewPasswordField";
import { shortest } from "./password-strength";
import { resetQuery, type SecondStep, spendReset } from "./queries";
import { SecondStepForm } from "./SecondStepForm";
import { told } from "./told";
import { words } from "./words";

export interface ResetPageProps {
  token: string;
  onDone: (me: Me) => void;
  onLeave: () => void;
}

export function ResetPage({ token, onDone, onLeave }: ResetPageProps) {
  const reset = useQuery(resetQuery(token));
  if (reset.error) {
    return (
      <Door title={words.newPassword} lead={words.joinFailed}>
        <FormFailure>{told(reset.error)}</FormFailure>
        <Button onClick={onLeave}>{words.goToSignIn}</Button>
      </Door>
    );
  }
  if (!reset.data) return null;
  return (
    <Door title={words.newPassword} lead={words.newPasswordLead}>
      <NewPasswordForm token={token} email={reset.data.email} onDone={onDone} onLeave={onLeave} />
    </Door>
  );
}

function NewPasswordForm({ token, email, onDone, onLeave }: ResetPageProps & { email: string }) {
  const [password, setPassword] = useState("");
  const [isChecked, setIsChecked] = useState(false);
  const [step, setStep] = useState<SecondStep | null>(null);
  const change = useMutation({
    mutationFn: spendReset,
    onSuccess: (answer) => ("token" in answer ? setStep(answer) : onDone(answer)),
  });
  const missing = shortest - password.length;
  const send = (event: FormEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (missing > 0 || change.isPending) return;
    change.mutate({ token, password });
  };
  if (step !== null) return <SecondStepForm step={step} onDone={onDone} onBack={onLeave} />;
  return (
    <form className={styles.form} onSubmit={send} noValidate>
      <Field label={words.email} type="email" autoComplete="username" readOnly value={email} />
      <NewPasswordField
        value={password}
        known={[email]}
        onChange={setPassword}
        error={isChecked && missing > 0 ? words.passwordShort(missing) : undefined}
      />
      {change.error && <FormFailure>{told(change.error)}</FormFailure>}
      <Button type="submit" variant="primary" className={styles.submit} disabled={change.isPending}>
        {words.choosePassword}
      </Button>
    </form>
  );
}
