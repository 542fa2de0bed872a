import { type KeyboardEvent, useEffect, useRef } from "react";
import { isComposing } from "../../../shared/lib/is-composing";
import { Button } from "../../../shared/ui/Button";
import { words } from "../words";
import styles from "./EditMessage.module.css";

/** Changes what was asked. Sending makes a sibling: nothing is overwritten. */
export function EditMessage({
  text,
  draft,
  takesFocus,
  onChange,
  onSend,
  onCancel,
}: {
  /** As it was asked. */
  text: string;
  draft: string;
  takesFocus: boolean;
  onChange: (draft: string) => void;
  onSend: () => void;
  onCancel: () => void;
}) {
  const field = useRef<HTMLTextAreaElement>(null);
  const canSend = draft.trim() !== "" && draft !== text;

  // The browser's focus moves to where the person goes on writing: the end.
  useEffect(() => {
    if (!takesFocus) return;
    const area = field.current;
    area?.focus();
    area?.setSelectionRange(area.value.length, area.value.length);
  }, [takesFocus]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      onCancel();
    }
    if (event.key !== "Enter" || event.shiftKey || !canSend) return;
    if (matchMedia("(pointer: coarse)").matches && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    onSend();
  };
  return (
    <div className={styles.edit}>
      <textarea
        ref={field}
        dir="auto"
        className={styles.text}
        aria-label={words.editing}
        enterKeyHint="enter"
        maxLength={1_000_000}
        value={draft}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <p className={styles.note}>{words.editNote}</p>
      <div className={styles.buttons}>
        <Button variant="quiet" onClick={onCancel}>
          {words.cancel}
        </Button>
        <Button variant="primary" disabled={!canSend} onClick={onSend}>
          {words.send}
        </Button>
      </div>
    </div>
  );
}
