import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import { isComposing } from "../../../shared/lib/is-composing";
import { joinClasses } from "../../../shared/lib/join-classes";
import { useLatest } from "../../../shared/lib/use-latest";
import { Icon } from "../../../shared/ui/Icon";
import { words } from "../words";
import styles from "./Composer.module.css";
import { useDraft } from "./use-draft";

export interface ComposerProps {
  /** Whose draft this is: a person and a conversation. */
  draftKey: string;
  /** Prefills an empty page; never sends by itself. */
  initialText: string | null;
  /** Text that comes back: a message taken back before it was sent. */
  returned: string | null;
  /** It stands in the field now, and must not come back once more. */
  onReturnedTaken: () => void;
  isRunning: boolean;
  canSend: boolean;
  /** What is needed for sending is still being fetched: Enter is not lost, it waits. */
  isAlmostReady: boolean;
  hasMessages: boolean;
  /** The way to how answers are written. */
  parameters: ReactNode;
  modelPicker: ReactNode;
  /** How full the model's window is with this draft. */
  renderGauge?: (draft: string) => ReactNode;
  onSend: (text: string) => void;
  onStop: () => void;
}

/** Where one writes. Enter sends, Shift and Enter breaks the line, Escape stops the answer. */
export function Composer(props: ComposerProps) {
  const { draftKey, initialText, returned, isRunning, canSend, onSend, onStop } = props;
  const [text, setText] = useDraft(draftKey, initialText);
  const field = useRef<HTMLTextAreaElement>(null);
  const isEmpty = text.trim() === "";

  useFocusOnArrival(field, draftKey);
  useReturnedText(returned, props.onReturnedTaken, text, setText);

  const wantsToSend = useRef(false);
  const send = () => {
    wantsToSend.current = !canSend && props.isAlmostReady;
    if (isEmpty || !canSend) return;
    setText("");
    onSend(text);
  };

  // Enter came first, then what it was waiting for.
  useEffect(() => {
    if (canSend && wantsToSend.current) field.current?.form?.requestSubmit();
  }, [canSend]);

  const onKeyDown = (event: KeyboardEvent) => {
    // While a word is composed (Japanese, Chinese, accents), Enter belongs to the keyboard.
    if (event.key !== "Enter" || event.shiftKey || isComposing(event.nativeEvent)) return;
    if (matchMedia("(pointer: coarse)").matches && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {props.renderGauge?.(text)}
      <textarea
        ref={field}
        dir="auto"
        className={styles.text}
        rows={1}
        aria-label={words.message}
        placeholder={props.hasMessages ? words.nextPlaceholder : words.placeholder}
        data-composer
        enterKeyHint="enter"
        maxLength={1_000_000}
        value={text}
        onChange={(event) => {
          wantsToSend.current = false;
          setText(event.target.value);
        }}
        onKeyDown={onKeyDown}
      />
      <div className={styles.row}>
        {props.parameters}
        <span className={styles.space} />
        {props.modelPicker}
        {isRunning && (
          <button
            type="button"
            className={joinClasses(styles.send, styles.stop)}
            aria-label={words.stop}
            data-tooltip={words.stopKey}
            onClick={onStop}
          >
            <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
              <rect width="12" height="12" rx="2" fill="currentColor" />
            </svg>
          </button>
        )}
        {(!isRunning || !isEmpty) && (
          <button
            type="submit"
            className={styles.send}
            aria-label={isRunning ? words.sendAfter : words.send}
            data-tooltip={
              canSend ? (isRunning ? words.sendAfter : words.send) : words.noModelChosen
            }
            aria-disabled={isEmpty || !canSend}
          >
            <Icon name="send" />
          </button>
        )}
      </div>
    </form>
  );
}

/** Moves the browser's focus into the field when a conversation opens; on touch that would raise the keyboard. */
function useFocusOnArrival(
  field: React.RefObject<HTMLTextAreaElement | null>,
  draftKey: string,
): void {
  useEffect(() => {
    if (matchMedia("(pointer: coarse)").matches) return;
    const area = field.current;
    // Whoever is writing goes on where they are: a new chat got its address under their hands.
    if (document.activeElement === area) return;
    area?.focus({ preventScroll: true });
    area?.setSelectionRange(area.value.length, area.value.length);
  }, [field, draftKey]);
}

function useReturnedText(
  returned: string | null,
  onTaken: () => void,
  text: string,
  setText: (text: string) => void,
): void {
  const latest = useLatest({ text, setText, onTaken });

  // An event of another part of the page, seen as state: each message comes back once.
  useEffect(() => {
    if (returned === null) return;
    const { text, setText, onTaken } = latest.current;
    onTaken();
    setText(text.trim() === "" ? returned : `${returned}\n\n${text}`);
  }, [returned, latest]);
}
