import { useEffect, useState, useSyncExternalStore } from "react";
import { Button } from "./Button";
import { IconButton } from "./IconButton";
import styles from "./Toasts.module.css";
import { dismissToast, type Toast, toastList } from "./toast-list";

const shortStay = 5_000;
const longStay = 10_000;

/** Mounted once, by the app. */
export function Toasts() {
  const toasts = useSyncExternalStore(toastList.subscribe, toastList.read);
  return (
    <div className={styles.stack} role="status">
      {toasts.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastView({ toast }: { toast: Toast }) {
  const [held, setHeld] = useState(false);

  // Synchronises with the clock; a toast under the pointer or the focus stays.
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismissToast(toast.id), toast.undo ? longStay : shortStay);
    return () => clearTimeout(timer);
  }, [held, toast]);

  const { undo } = toast;
  return (
    <div
      className={styles.toast}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={styles.words}>{toast.message}</span>
      {undo && (
        <Button
          variant="quiet"
          className={styles.undo}
          onClick={() => {
            undo();
            dismissToast(toast.id);
          }}
        >
          Undo
        </Button>
      )}
      <IconButton icon="close" label="Dismiss" onClick={() => dismissToast(toast.id)} />
    </div>
  );
}
