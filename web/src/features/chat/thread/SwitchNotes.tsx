import { Icon } from "../../../shared/ui/Icon";
import { switchWords } from "../switch-words";
import type { TargetSwitch } from "../turn-state";
import styles from "./SwitchNotes.module.css";
import { useThreadDeeds } from "./thread-deeds";

/** Who took over from whom while this answer was written: a line for each time. */
export function SwitchNotes({ switches }: { switches: readonly TargetSwitch[] }) {
  const { modelName } = useThreadDeeds();
  return switches.map((one) => (
    <p key={one.sequence} className={styles.note}>
      <Icon name="redo" />
      {switchWords(one, modelName)}
    </p>
  ));
}
