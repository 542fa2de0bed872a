import { useState } from "react";
import { copyText } from "../../shared/lib/copy-text";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import styles from "./SecondFactors.module.css";
import { words } from "./words";

/** The codes, shown once. */
export function RecoveryCodes({
  codes,
  onClose,
}: {
  codes: readonly string[];
  onClose: () => void;
}) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => setIsCopied(await copyText(codes.join("\n")));
  return (
    <Dialog open onClose={onClose} title={words.keepTitle}>
      <div className={styles.dialog}>
        <p className={styles.lead}>{words.keepLead}</p>
        <ul className={styles.codes}>
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
        <div className={styles.deeds}>
          <span role="status">{isCopied && words.copied}</span>
          <Button icon="copy" onClick={copy}>
            {words.copy}
          </Button>
          <Button variant="primary" onClick={onClose}>
            {words.done}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
