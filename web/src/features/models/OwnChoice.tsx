import { useId } from "react";
import styles from "./OwnChoice.module.css";
import { words } from "./words";

/** Who may use a connection: everybody here, or only whoever brings its key. */
export function OwnChoice({
  isOwn,
  onChange,
}: {
  isOwn: boolean;
  onChange: (isOwn: boolean) => void;
}) {
  const name = useId();
  const option = (own: boolean, label: string, hint: string) => {
    const id = `${name}-${own}`;
    return (
      <div className={styles.option}>
        <input
          id={id}
          type="radio"
          name={name}
          className={styles.radio}
          checked={isOwn === own}
          aria-describedby={`${id}-hint`}
          onChange={() => onChange(own)}
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
  };
  return (
    <fieldset className={styles.choice}>
      <legend className={styles.legend}>{words.whoFor}</legend>
      {option(false, words.forEverybody, words.forEverybodyHint)}
      {option(true, words.onlyForMe, words.onlyForMeHint)}
    </fieldset>
  );
}
