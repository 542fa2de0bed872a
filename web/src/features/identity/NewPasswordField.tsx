import styles from "./NewPasswordField.module.css";
import { PasswordField } from "./PasswordField";
import { shortest, type Strength, strengthOf } from "./password-strength";
import { words } from "./words";

const filled: Record<Strength, number> = { weak: 1, fair: 2, strong: 3 };

/** Choosing a password, with a word on how good it is. */
export function NewPasswordField({
  label = words.password,
  value,
  known,
  error,
  onChange,
}: {
  label?: string;
  value: string;
  /** Words anybody would try first. */
  known: readonly string[];
  error: string | undefined;
  onChange: (password: string) => void;
}) {
  const isLongEnough = value.length >= shortest;
  const strength = strengthOf(value, known);
  return (
    <div className={styles.choice}>
      <PasswordField
        label={label}
        autoComplete="new-password"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        hint={isLongEnough ? words.strength[strength] : words.passwordHint}
        error={error}
      />
      <span className={styles.bar} data-filled={isLongEnough ? filled[strength] : 0} aria-hidden>
        <i />
        <i />
        <i />
      </span>
    </div>
  );
}
