import { useId } from "react";
import { words } from "../words";
import styles from "./ParameterPanel.module.css";
import { type Effort, efforts } from "./parameters";

/** How hard to think before the first word, for models that can. */
export function EffortChoice({
  value,
  onChange,
}: {
  value: Effort | undefined;
  onChange: (value: Effort | undefined) => void;
}) {
  const name = useId();
  const option = (effort: Effort | undefined, label: string) => (
    <label key={label} className={styles.option}>
      <input
        type="radio"
        className="visually-hidden"
        name={name}
        checked={value === effort}
        onChange={() => onChange(effort)}
      />
      {label}
    </label>
  );
  return (
    <fieldset className={styles.group}>
      <legend className={styles.label}>{words.effort}</legend>
      <div className={styles.options}>
        {option(undefined, words.auto)}
        {efforts.map((effort) => option(effort, words.efforts[effort]))}
      </div>
    </fieldset>
  );
}
