import { useId } from "react";
import styles from "./Option.module.css";

export interface OptionProps {
  label: string;
  hint: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Left out: it is so or not. With it: one of several of this name, of which one is. */
  oneOf?: string;
}

/** Something about a connection that can be chosen, with what it means below it. */
export function Option({ label, hint, checked, onChange, oneOf }: OptionProps) {
  const id = useId();
  return (
    <div className={styles.option}>
      <input
        id={id}
        type={oneOf === undefined ? "checkbox" : "radio"}
        name={oneOf}
        className={styles.mark}
        checked={checked}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div>
        <label htmlFor={id} className={styles.label}>
          {label}
        </label>
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      </div>
    </div>
  );
}
