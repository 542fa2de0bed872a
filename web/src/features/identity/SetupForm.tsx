import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem } from "../../shared/api/api-problem";
import type { Me } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { Field } from "../../shared/ui/Field";
import { LinkButton } from "../../shared/ui/LinkButton";
import styles from "./Form.module.css";
import { FormFailure } from "./FormFailure";
import { NewPasswordField } from "./NewPasswordField";
import { longest, shortest } from "./password-strength";
import { setUp } from "./queries";
import { failureWords, words } from "./words";

const blank = { name: "", email: "", password: "" };

/** What is missing in a filled-in form, by field. */
function missingIn({ name, email, password }: typeof blank): Partial<typeof blank> {
  return {
    ...(name.trim() === "" && { name: words.nameMissing }),
    ...(!/^\S+@\S+$/.test(email.trim()) && { email: words.emailWrong }),
    ...(password.length > longest && { password: words.passwordTooLong }),
    ...(password.length < shortest && {
      password: words.passwordShort(shortest - password.length),
    }),
  };
}

export interface SetupFormProps {
  onDone: (me: Me) => void;
  onAlreadyDone: () => void;
}

export function SetupForm({ onDone, onAlreadyDone }: SetupFormProps) {
  const [owner, setOwner] = useState(blank);
  const [isChecked, setIsChecked] = useState(false);
  const creation = useMutation({ mutationFn: setUp, onSuccess: onDone });
  const problem = creation.error instanceof ApiProblem ? creation.error : null;
  const missing = isChecked ? missingIn(owner) : {};
  const change = (field: keyof typeof blank, value: string) => {
    setOwner({ ...owner, [field]: value });
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (Object.keys(missingIn(owner)).length > 0 || creation.isPending) return;
    creation.mutate({ ...owner, name: owner.name.trim(), email: owner.email.trim() });
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Field
        label={words.name}
        autoComplete="name"
        autoFocus
        maxLength={200}
        value={owner.name}
        onChange={(event) => change("name", event.target.value)}
        error={missing.name ?? problem?.fields.get("name")}
      />
      <Field
        label={words.email}
        type="email"
        autoComplete="username"
        value={owner.email}
        onChange={(event) => change("email", event.target.value)}
        error={missing.email ?? problem?.fields.get("email")}
      />
      <NewPasswordField
        value={owner.password}
        known={[owner.name, owner.email]}
        onChange={(password) => change("password", password)}
        error={missing.password ?? problem?.fields.get("password")}
      />
      {problem && problem.fields.size === 0 && (
        <FormFailure>
          {failureWords(problem.code, problem.detail)}{" "}
          {problem.code === "setup-already-done" && (
            <LinkButton onClick={onAlreadyDone}>{words.goToSignIn}</LinkButton>
          )}
        </FormFailure>
      )}
      <Button
        type="submit"
        variant="primary"
        className={styles.submit}
        disabled={creation.isPending}
      >
        {creation.isPending ? words.creating : words.create}
      </Button>
    </form>
  );
}
