import { Dialog } from "../shared/ui/Dialog";
import styles from "./ShortcutsDialog.module.css";
import { shortcutList, words } from "./words";

export function ShortcutsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={words.shortcuts}>
      <dl className={styles.list}>
        {shortcutList.map(({ keys, deed }) => (
          <div key={deed} className={styles.line}>
            <dt>{deed}</dt>
            <dd className={styles.keys}>
              {keys.map((key) => (
                <kbd key={key} className={styles.key}>
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
