import { useStanding } from "../thread/standing";
import styles from "./Sharing.module.css";
import { words } from "./words";

/** In the composer's place, where one may only read. */
export function ReadOnlyNote() {
  const { mayWrite, ownerName } = useStanding();
  if (mayWrite) return null;
  return <p className={styles.readOnly}>{words.readOnly(ownerName ?? words.gone)}</p>;
}
