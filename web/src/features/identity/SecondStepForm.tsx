import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem } from "../../shared/api/api-problem";
import type { Me } from "../../shared/api/types";
import { canUsePasskeys, askForPasskey } from "../../shared/lib/passkeys";
import { Button } from "../../shared/ui/Button";
import { Field } from "../../shared/ui/Field";
import { LinkButton } from "../../shared/ui/LinkButton";
import styles from "./Form.module.css";
import { FormFailure } from "./FormFailure";
import { type SecondStep, takeSecondStep } from "./queries";
import { failureWords, waitWords, words } from "./words";

export interface SecondStepFormProps {
  step: SecondStep;
  onDone: (me: Me) => void;
  /** Back to the password: the person changed their mind, or the question is over. */
  onBack: () => void;
}

/** Asked after the password: a code of the app, a recovery code, or a passkey. */
export function SecondStepForm({ step, onDone, onBack }: SecondStepFormProps) {
  const [code, setCode] = useState("");
  const [isRecovery, setIsRecovery] = useState(!step.methods.includes("code"));
  const entry = useMutation({
    mutationFn: (answer: { code?: string; credential?: object }) =>
      takeSecondStep({ token: step.token, ...answer }),
    onSuccess: onDone,
  });
  const { options } = step;
  const offersPasskey = options !== null && canUsePasskeys();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim() !== "" && !entry.isPending) entry.mutate({ code: code.trim() });
  };
  const show = async () => {
    if (options === null) return;
    const credential = await askForPasskey(options);
    if (credential !== null) entry.mutate({ credential });
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      {offersPasskey && (
        <Button variant="primary" className={styles.submit} onClick={show} icon="key">
          {words.withPasskey}
        </Button>
      )}
      <Field
        key={isRecovery ? "recovery" : "code"}
        label={isRecovery ? words.recoveryCode : words.code}
        hint={isRecovery ? words.recoveryCodeHint : words.codeHint}
        inputMode={isRecovery ? "text" : "numeric"}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus={!offersPasskey}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <StepFailure error={entry.error} />
      <Button
        type="submit"
        variant={offersPasskey ? "plain" : "primary"}
        className={styles.submit}
        disabled={entry.isPending || code.trim() === ""}
      >
        {entry.isPending ? words.signingIn : words.signIn}
      </Button>
      <p className={styles.other}>
        {step.methods.includes("code") && step.methods.includes("recovery") && (
          <LinkButton onClick={() => setIsRecovery(!isRecovery)}>
            {isRecovery ? words.withCode : words.withRecoveryCode}
          </LinkButton>
        )}
        <LinkButton onClick={onBack}>{words.back}</LinkButton>
      </p>
    </form>
  );
}

function StepFailure({ error }: { error: Error | null }) {
  if (!(error instanceof ApiProblem)) return null;
  const wait = error.retryAfter === null ? "" : ` ${waitWords(error.retryAfter)}`;
  return (
    <FormFailure>
      {failureWords(error.code, error.detail)}
      {wait}
    </FormFailure>
  );
}
