import { useEffect, useState } from "react";
import { Button } from "../../../shared/ui/Button";
import { Icon } from "../../../shared/ui/Icon";
import { live } from "../../../shared/live/live";
import { useLiveStatus } from "../../../shared/live/use-live-status";
import { words } from "../words";
import styles from "./Offline.module.css";

const patienceMs = 1_500;

/** Says that the server is away, once that is more than a blink. */
export function Offline() {
  const status = useLiveStatus();
  const isAway = status === "waiting" || status === "connecting";
  return <div role="status">{isAway && <Away />}</div>;
}

function Away() {
  const [isLong, setIsLong] = useState(false);

  // Synchronises with the clock: a reconnect that takes a moment is not worth a word.
  useEffect(() => {
    const timer = setTimeout(() => setIsLong(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);

  if (!isLong) return null;
  return (
    <div className={styles.offline}>
      <Icon name="warning" />
      <span>{words.offline}</span>
      <Button variant="quiet" onClick={() => live.hurry()}>
        {words.reconnect}
      </Button>
    </div>
  );
}
