import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem } from "../../shared/api/api-problem";
import type { CodesBegun } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { Field } from "../../shared/ui/Field";
import { confirmCodes } from "./queries";
import styles from "./SecondFactors.module.css";
import { failureWords, words } from "./words";

export interface SetUpCodesProps {
  begun: CodesBegun;
  onClose: () => void;
  onDone: (recoveryCodes: string[]) => void;
}

/** The secret as a picture and as text, and a first code to show that the app has it. */
export function SetUpCodes({ begun, onClose, onDone }: SetUpCodesProps) {
  const [code, setCode] = useState("");
  const confirm = useMutation({
    mutationFn: confirmCodes,
    onSuccess: ({ recovery_codes }) => onDone(recovery_codes),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim() !== "" && !confirm.isPending) confirm.mutate(code.trim());
  };
  return (
    <Dialog open onClose={onClose} title={words.setUpCodes}>
      <form className={styles.dialog} onSubmit={submit} noValidate>
        <p className={styles.lead}>{words.scan}</p>
        <img className={styles.picture} src={begun.picture} alt={words.picture} />
        <p className={styles.secret}>
          <span>{words.secret}</span> <code>{begun.secret}</code>
        </p>
        <Field
          label={words.code}
          hint={words.codeHint}
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus
          value={code}
          onChange={(event) => setCode(event.target.value)}
          error={confirm.error instanceof ApiProblem ? failureWords(confirm.error.code) : undefined}
        />
        <div className={styles.deeds}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            type="submit"
            variant="primary"
            disabled={code.trim() === "" || confirm.isPending}
          >
            {confirm.isPending ? words.confirming : words.confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
