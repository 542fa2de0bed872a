import { useState } from "react";
import { Button } from "../../shared/ui/Button";
import { AddConnection } from "./AddConnection";
import styles from "./AddConnectionRow.module.css";
import { words } from "./words";

/** The offer to connect something that was not found by itself. */
export function AddConnectionRow() {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div className={styles.row}>
      <div>
        <h3 className={styles.name}>{words.addTitle}</h3>
        <p className={styles.lead}>{words.addLead}</p>
      </div>
      <Button aria-label={words.addTitle} onClick={() => setIsOpen(true)}>
        {words.add}
      </Button>
      <AddConnection title={words.addTitle} open={isOpen} onClose={() => setIsOpen(false)} />
    </div>
  );
}
