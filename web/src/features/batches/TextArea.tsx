import { type ComponentProps, type Ref, useId } from "react";
import styles from "./TextArea.module.css";

export interface TextAreaProps extends Omit<ComponentProps<"textarea">, "onChange" | "ref"> {
  label: string;
  hint: string;
  /** Said instead of the hint: what to change. */
  error?: string | undefined;
  areaRef?: Ref<HTMLTextAreaElement>;
  onText: (text: string) => void;
}

/** Several lines to fill in, with their name above and what is expected, or wrong, below. */
export function TextArea({ label, hint, error, areaRef, onText, ...rest }: TextAreaProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        ref={areaRef}
        className={styles.area}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => onText(event.target.value)}
        {...rest}
      />
      <p id={`${id}-note`} className={styles.note} data-wrong={error !== undefined}>
        {error ?? hint}
      </p>
    </div>
  );
}
