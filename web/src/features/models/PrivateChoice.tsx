import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import styles from "./OwnChoice.module.css";
import { connectionsQuery } from "./queries";
import { words } from "./words";

/** Whether a connection may lead to the server's own machine and network. Only the owner is asked. */
export function PrivateChoice({
  isPrivate,
  onChange,
}: {
  isPrivate: boolean;
  onChange: (isPrivate: boolean) => void;
}) {
  const id = useId();
  const { data } = useQuery(connectionsQuery);
  // Only the owner is told how many others have connections.
  if (typeof data?.own_of_others !== "number") return null;
  return (
    <div className={styles.option}>
      <input
        id={id}
        type="checkbox"
        className={styles.radio}
        checked={isPrivate}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div>
        <label htmlFor={id} className={styles.label}>
          {words.mayBePrivate}
        </label>
        <p id={`${id}-hint`} className={styles.hint}>
          {words.mayBePrivateHint}
        </p>
      </div>
    </div>
  );
}
