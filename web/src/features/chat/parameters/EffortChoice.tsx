import { useId } from "react";
import { words } from "../words";
import styles from "./ParameterPanel.module.css";
import { type Effort, efforts } from "./parameters";

/** How hard to think before the first word, for models that can. */
export function EffortChoice({
  value,
  taken,
  closed,
  onChange,
}: {
  value: Effort | undefined;
  /** Those that the model can be told. */
  taken: readonly Effort[];
  /** Why it cannot be set now. */
  closed: string | undefined;
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
        disabled={closed !== undefined}
        onChange={() => onChange(effort)}
      />
      {label}
    </label>
  );
  return (
    <fieldset className={styles.group} data-closed={closed !== undefined}>
      <legend className={styles.label}>{words.effort}</legend>
      <div className={styles.options}>
        {option(undefined, words.auto)}
        {efforts
          .filter((effort) => closed !== undefined || taken.includes(effort))
          .map((effort) => option(effort, words.efforts[effort]))}
      </div>
      {closed !== undefined && <p className={styles.hint}>{closed}</p>}
    </fieldset>
  );
}
