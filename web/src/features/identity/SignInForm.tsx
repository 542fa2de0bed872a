import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem } from "../../shared/api/api-problem";
import type { Me } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { Field } from "../../shared/ui/Field";
import styles from "./Form.module.css";
import { FormFailure } from "./FormFailure";
import { PasswordField } from "./PasswordField";
import { type Credentials, type SecondStep, signIn } from "./queries";
import { SecondStepForm } from "./SecondStepForm";
import { useCountdown } from "./use-countdown";
import { failureWords, waitWords, words } from "./words";

/** What to wait when the server does not say for how long. */
const usualWait = 30;

/** E-mail and password. With `email` given, only that person's password is asked for. */
export function SignInForm({
  email,
  enter = signIn,
  onDone,
}: {
  email?: string;
  /** Who is asked whether they are right; by default the server. */
  enter?: (credentials: Credentials) => Promise<Me | SecondStep>;
  onDone: (me: Me) => void;
}) {
  const [typedEmail, setTypedEmail] = useState(email ?? "");
  const [password, setPassword] = useState("");
  const [isChecked, setIsChecked] = useState(false);
  const [wait, startWait] = useCountdown();
  const [step, setStep] = useState<SecondStep | null>(null);
  const entry = useMutation({
    mutationFn: enter,
    onSuccess: (answer) => ("token" in answer ? setStep(answer) : onDone(answer)),
    onError: (error) => {
      if (error instanceof ApiProblem && error.code === "too-many-attempts") {
        startWait(error.retryAfter ?? usualWait);
      }
    },
  });
  const lacksEmail = !typedEmail.includes("@");

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (lacksEmail || password === "" || wait > 0 || entry.isPending) return;
    entry.mutate({ email: typedEmail.trim(), password });
  };
  if (step !== null) {
    return <SecondStepForm step={step} onDone={onDone} onBack={() => setStep(null)} />;
  }
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Field
        label={words.email}
        type="email"
        autoComplete="username"
        autoFocus={email === undefined}
        readOnly={email !== undefined}
        value={typedEmail}
        onChange={(event) => setTypedEmail(event.target.value)}
        error={isChecked && lacksEmail ? words.emailWrong : undefined}
      />
      <PasswordField
        autoComplete="current-password"
        autoFocus={email !== undefined}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={isChecked && password === "" ? words.passwordMissing : undefined}
      />
      <SignInFailure error={entry.error} wait={wait} />
      <Button
        type="submit"
        variant="primary"
        className={styles.submit}
        disabled={entry.isPending || wait > 0}
      >
        {entry.isPending ? words.signingIn : words.signIn}
      </Button>
    </form>
  );
}

function SignInFailure({ error, wait }: { error: Error | null; wait: number }) {
  if (wait > 0) {
    return (
      <FormFailure>
        {words.tooManyAttempts} {/* Read aloud once, not every second. */}
        <span aria-live="off" role="timer">
          {waitWords(wait)}
        </span>
      </FormFailure>
    );
  }
  if (!(error instanceof ApiProblem) || error.code === "too-many-attempts") return null;
  return <FormFailure>{failureWords(error.code, error.detail)}</FormFailure>;
}
