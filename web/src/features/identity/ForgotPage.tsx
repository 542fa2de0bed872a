/** Whoever forgot their password asks for a link by mail, where the workspace has a mail server. */
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../shared/ui/Button";
import { Field } from "../../shared/ui/Field";
import { LinkButton } from "../../shared/ui/LinkButton";
import { Door } from "./Door";
import styles from "./Form.module.css";
import { FormFailure } from "./FormFailure";
import { wishForReset } from "./queries";
import { told } from "./told";
import { words } from "./words";

export function ForgotPage({ onLeave }: { onLeave: () => void }) {
  const [email, setEmail] = useState("");
  const [isChecked, setIsChecked] = useState(false);
  const wish = useMutation({ mutationFn: wishForReset });
  const lacksEmail = !email.includes("@");
  const send = (event: FormEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (!lacksEmail && !wish.isPending) wish.mutate(email.trim());
  };
  return (
    <Door title={words.forgot} lead={wish.isSuccess ? words.forgotSent : words.forgotLead}>
      {!wish.isSuccess && (
        <form className={styles.form} onSubmit={send} noValidate>
          <Field
            label={words.email}
            type="email"
            autoComplete="username"
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            error={isChecked && lacksEmail ? words.emailWrong : undefined}
          />
          {wish.error && <FormFailure>{told(wish.error)}</FormFailure>}
          <Button type="submit" variant="primary" className={styles.submit}>
            {words.sendLink}
          </Button>
        </form>
      )}
      <p className={styles.other}>
        <LinkButton onClick={onLeave}>{words.goToSignIn}</LinkButton>
      </p>
    </Door>
  );
}
