import { useId } from "react";
import { Option } from "./Option";
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
  const oneOf = useId();
  return (
    <fieldset className={styles.choice}>
      <legend className={styles.legend}>{words.whoFor}</legend>
      <Option
        label={words.forEverybody}
        hint={words.forEverybodyHint}
        oneOf={oneOf}
        checked={!isOwn}
        onChange={() => onChange(false)}
      />
      <Option
        label={words.onlyForMe}
        hint={words.onlyForMeHint}
        oneOf={oneOf}
        checked={isOwn}
        onChange={() => onChange(true)}
      />
    </fieldset>
  );
}
