import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Me } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { Section } from "../../../shared/ui/Section";
import { showToast } from "../../../shared/ui/toast-list";
import { FormFailure } from "../FormFailure";
import { NewPasswordField } from "../NewPasswordField";
import { PasswordField } from "../PasswordField";
import { shortest } from "../password-strength";
import { changeMyPassword, devicesQuery } from "../queries";
import { told } from "../told";
import { words } from "../words";
import styles from "./Profile.module.css";

const blank = { old: "", new: "" };

/** A new password, for whoever knows the old one. */
export function PasswordForm({ me }: { me: Me }) {
  const client = useQueryClient();
  const [passwords, setPasswords] = useState(blank);
  const [isChecked, setIsChecked] = useState(false);
  const change = useMutation({
    mutationFn: changeMyPassword,
    onSuccess: () => {
      setPasswords(blank);
      setIsChecked(false);
      showToast(words.passwordChanged);
      return client.invalidateQueries(devicesQuery);
    },
  });
  const missing = shortest - passwords.new.length;
  const save = (event: FormEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (passwords.old === "" || missing > 0 || change.isPending) return;
    change.mutate(passwords);
  };
  if (!me.has_password) {
    return (
      <Section title={words.changePassword}>
        <p className={styles.note}>{words.noPassword}</p>
      </Section>
    );
  }
  return (
    <Section title={words.changePassword} note={words.changePasswordNote}>
      <form className={styles.form} onSubmit={save} noValidate>
        <PasswordField
          label={words.oldPassword}
          autoComplete="current-password"
          value={passwords.old}
          onChange={(event) => setPasswords({ ...passwords, old: event.target.value })}
          error={isChecked && passwords.old === "" ? words.passwordMissing : undefined}
        />
        <NewPasswordField
          label={words.newPassword}
          value={passwords.new}
          known={[me.name, me.email]}
          onChange={(next) => setPasswords({ ...passwords, new: next })}
          error={isChecked && missing > 0 ? words.passwordShort(missing) : undefined}
        />
        {change.error && <FormFailure>{told(change.error)}</FormFailure>}
        <Button type="submit" disabled={change.isPending}>
          {words.choosePassword}
        </Button>
      </form>
    </Section>
  );
}
