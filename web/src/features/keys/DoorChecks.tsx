import type { KeyDoor } from "../../shared/api/types";
import { doors } from "./key-terms";
import styles from "./Keys.module.css";
import { words } from "./words";

/** Which doors a key opens, each with a word about it. */
export function DoorChecks({
  chosen,
  isMissing,
  onChange,
}: {
  chosen: readonly KeyDoor[];
  isMissing: boolean;
  onChange: (chosen: KeyDoor[]) => void;
}) {
  const toggle = (door: KeyDoor) => {
    onChange(doors.filter((one) => (one === door ? !chosen.includes(one) : chosen.includes(one))));
  };
  return (
    <fieldset className={styles.checks} aria-describedby={isMissing ? "doors-missing" : undefined}>
      <legend className={styles.label}>{words.doors}</legend>
      {doors.map((door) => (
        <label key={door} className={styles.check}>
          <input type="checkbox" checked={chosen.includes(door)} onChange={() => toggle(door)} />
          <span>
            {words.door[door]}
            <small>{words.doorNote[door]}</small>
          </span>
        </label>
      ))}
      {isMissing && (
        <p id="doors-missing" className={styles.wrong}>
          {words.doorsMissing}
        </p>
      )}
    </fieldset>
  );
}
