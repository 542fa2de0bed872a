import { useEffect, useState } from "react";
import { Button } from "../../shared/ui/Button";
import { State } from "../../shared/ui/State";
import styles from "./UploadProgress.module.css";
import { words } from "./words";

const shortMs = 1_000;

export interface Sending {
  name: string;
  bytes: number;
  /** How much of it has left, from 0 to 1. */
  share: number;
  onCancel: () => void;
}

/** A file on its way. What takes no longer than a second needs neither a bar nor a way back. */
export function UploadProgress({ name, bytes, share, onCancel }: Sending) {
  const [isLong, setIsLong] = useState(false);
  // Synchronises with the clock.
  useEffect(() => {
    const timer = setTimeout(() => setIsLong(true), shortMs);
    return () => clearTimeout(timer);
  }, []);
  const isSent = share >= 1;
  return (
    <div className={styles.upload}>
      <State kind="running">{isSent || !isLong ? words.reading(name) : words.sending(name)}</State>
      {isLong && (
        <>
          <div
            className={styles.bar}
            role="progressbar"
            aria-label={words.sending(name)}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(share * 100)}
            aria-valuetext={words.sent(share * bytes, bytes)}
          >
            <span style={{ width: `${share * 100}%` }} />
          </div>
          <p className={styles.facts}>{words.sent(share * bytes, bytes)}</p>
          <Button onClick={onCancel}>{words.cancelUpload}</Button>
        </>
      )}
    </div>
  );
}
