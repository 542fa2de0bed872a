import { type ComponentProps, type ReactNode, useId } from "react";
import styles from "./Field.module.css";
import { joinClasses } from "../lib/join-classes";

export interface FieldProps extends ComponentProps<"input"> {
  label: string;
  /** Said before anything went wrong: what is expected. */
  hint?: string | undefined;
  /** Said instead of the hint: what to change. */
  error?: string | undefined;
  /** A small deed beside the name, such as showing a password. */
  aside?: ReactNode;
}

/** One line to fill in, with its name above it and what is wrong with it below. */
export function Field({ label, hint, error, aside, className, ...rest }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={joinClasses(styles.field, className)}>
      <div className={styles.head}>
        <label className={styles.label} htmlFor={id}>
          {label}
        </label>
        {aside}
      </div>
      <input
        id={id}
        className={styles.input}
        aria-invalid={error !== undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        {...rest}
      />
      {note !== undefined && (
        <p
          id={`${id}-note`}
          className={joinClasses(styles.note, error !== undefined && styles.wrong)}
        >
          {note}
        </p>
      )}
    </div>
  );
}
