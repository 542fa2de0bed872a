import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../../shared/ui/Button";
import { words } from "../words";
import styles from "./EditMessage.module.css";

/** Changes what was asked. Sending makes a sibling: nothing is overwritten. */
export function EditMessage({
  text,
  onSend,
  onCancel,
}: {
  text: string;
  onSend: (text: string) => void;
  onCancel: () => void;
}) {
  const [draft, setDraft] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  const canSend = draft.trim() !== "" && draft !== text;

  // The browser's focus moves to where the person goes on writing: the end.
  useEffect(() => {
    const area = field.current;
    area?.focus();
    area?.setSelectionRange(area.value.length, area.value.length);
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      onCancel();
    }
    if (event.key === "Enter" && !event.shiftKey && canSend) {
      event.preventDefault();
      onSend(draft);
    }
  };
  return (
    <div className={styles.edit}>
      <textarea
        ref={field}
        className={styles.text}
        aria-label={words.editing}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <p className={styles.note}>{words.editNote}</p>
      <div className={styles.buttons}>
        <Button variant="quiet" onClick={onCancel}>
          {words.cancel}
        </Button>
        <Button variant="primary" disabled={!canSend} onClick={() => onSend(draft)}>
          {words.send}
        </Button>
      </div>
    </div>
  );
}
