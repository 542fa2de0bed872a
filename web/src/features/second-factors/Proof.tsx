import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem } from "../../shared/api/api-problem";
import { canUsePasskeys, askForPasskey } from "../../shared/lib/passkeys";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { Field } from "../../shared/ui/Field";
import { beginProof, prove } from "./queries";
import styles from "./SecondFactors.module.css";
import { failureWords, words } from "./words";

/** Asks the person to show once more that it is them, before something dangerous is done. */
export function Proof({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const [answer, setAnswer] = useState("");
  const { data: asked } = useQuery({
    queryKey: ["proof"],
    queryFn: beginProof,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const proof = useMutation({ mutationFn: prove, onSuccess: onDone });
  const options = asked?.options ?? null;
  const byPassword = asked?.methods.length === 0;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (answer === "" || asked === undefined || proof.isPending) return;
    proof.mutate(byPassword ? { password: answer } : { token: asked.token, code: answer.trim() });
  };
  const show = async () => {
    if (options === null || asked === undefined) return;
    const credential = await askForPasskey(options);
    if (credential !== null) proof.mutate({ token: asked.token, credential });
  };
  return (
    <Dialog open onClose={onClose} title={words.proofTitle}>
      <form className={styles.dialog} onSubmit={submit} noValidate>
        <p className={styles.lead}>{words.proofLead}</p>
        {options !== null && canUsePasskeys() && (
          <Button icon="key" onClick={show}>
            {words.withPasskey}
          </Button>
        )}
        {asked !== undefined && (
          <Field
            label={byPassword ? words.password : words.recoveryCode}
            type={byPassword ? "password" : "text"}
            autoComplete={byPassword ? "current-password" : "one-time-code"}
            autoFocus
            value={answer}
            onChange={(event) => setAnswer(event.target.value)}
            error={proof.error instanceof ApiProblem ? failureWords(proof.error.code) : undefined}
          />
        )}
        <div className={styles.deeds}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="primary" disabled={answer === "" || proof.isPending}>
            {words.goOn}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
