import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { ApiProblem } from "../../shared/api/api-problem";
import { showFaults } from "../../shared/lib/show-faults";
import { Button } from "../../shared/ui/Button";
import { Field } from "../../shared/ui/Field";
import styles from "./Form.module.css";
import { FormFailure } from "./FormFailure";
import { NewPasswordField } from "./NewPasswordField";
import { longest, shortest } from "./password-strength";
import type { OwnAccount } from "./queries";
import { failureWords, words } from "./words";

const blank: OwnAccount = { name: "", email: "", password: "" };

/** What is missing in a filled-in form, by field. */
function missingIn({ name, email, password }: OwnAccount): Partial<OwnAccount> {
  return {
    ...(name.trim() === "" && { name: words.nameMissing }),
    ...(!/^\S+@\S+$/.test(email.trim()) && { email: words.emailWrong }),
    ...(password.length > longest && { password: words.passwordTooLong }),
    ...(password.length < shortest && {
      password: words.passwordShort(shortest - password.length),
    }),
  };
}

/** Name, e-mail and a new password: for whoever sets up, joins or registers. With `email` given, that address is theirs. */
export function OwnAccountForm<Done>({
  email,
  submit,
  busy = submit,
  create,
  onDone,
  renderWayOut,
}: {
  email: string | null;
  /** The name of the deed, and what it is called while it is done. */
  submit: string;
  busy?: string;
  create: (account: OwnAccount) => Promise<Done>;
  onDone: (done: Done) => void;
  /** What to offer beside a failure with this code. */
  renderWayOut?: (code: string) => ReactNode;
}) {
  const [account, setAccount] = useState({ ...blank, email: email ?? "" });
  const [isChecked, setIsChecked] = useState(false);
  const creation = useMutation({ mutationFn: create, onSuccess: onDone });
  const problem = creation.error instanceof ApiProblem ? creation.error : null;
  const missing = isChecked ? missingIn(account) : {};

  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    showFaults(event.currentTarget, () => setIsChecked(true));
    if (Object.keys(missingIn(account)).length > 0 || creation.isPending) return;
    creation.mutate({ ...account, name: account.name.trim(), email: account.email.trim() });
  };
  return (
    <form className={styles.form} onSubmit={send} noValidate>
      <Field
        label={words.name}
        autoComplete="name"
        autoFocus
        maxLength={100}
        value={account.name}
        onChange={(event) => setAccount({ ...account, name: event.target.value })}
        error={missing.name ?? problem?.fields.get("name")}
      />
      <Field
        label={words.email}
        type="email"
        autoComplete="username"
        readOnly={email !== null}
        value={account.email}
        onChange={(event) => setAccount({ ...account, email: event.target.value })}
        error={missing.email ?? problem?.fields.get("email")}
      />
      <NewPasswordField
        value={account.password}
        known={[account.name, account.email]}
        onChange={(password) => setAccount({ ...account, password })}
        error={missing.password ?? problem?.fields.get("password")}
      />
      {problem && problem.fields.size === 0 && (
        <FormFailure>
          {failureWords(problem.code, problem.detail)} {renderWayOut?.(problem.code)}
        </FormFailure>
      )}
      <Button
        type="submit"
        variant="primary"
        className={styles.submit}
        disabled={creation.isPending}
      >
        {creation.isPending ? busy : submit}
      </Button>
    </form>
  );
}
