import { type FormEvent, type ReactNode, useId, useState } from "react";
import type { Batch } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { Icon } from "../../shared/ui/Icon";
import type { ModelSlot } from "./model-slot";
import styles from "./DraftForm.module.css";
import { insertPlace } from "./insert-place";
import type { Instructions } from "./queries";
import { TextArea } from "./TextArea";
import { useFocusHere } from "./use-focus-here";
import { words } from "./words";

export interface DraftFormProps {
  batch: Batch;
  takesFocus: boolean;
  isSaving: boolean;
  problem: string | null;
  renderModelPicker: (slot: ModelSlot) => ReactNode;
  onWritten: (instructions: Instructions) => void;
  onDiscard: () => void;
}

/** The prompt for each row, with the file's columns at hand, and who is asked. */
export function DraftForm(props: DraftFormProps) {
  const { batch, takesFocus, isSaving, problem, renderModelPicker, onWritten, onDiscard } = props;
  const before = batch.instructions;
  const [template, setTemplate] = useState(before?.template ?? "");
  const [system, setSystem] = useState(before?.system ?? "");
  const [model, setModel] = useState(before?.model ?? null);
  const [isPicking, setIsPicking] = useState(false);
  const [isTried, setIsTried] = useState(false);
  const field = useFocusHere<HTMLTextAreaElement>(takesFocus);
  const columnsId = useId();

  const insert = (column: string) => {
    const area = field.current;
    if (!area) return;
    const next = insertPlace(template, column, {
      start: area.selectionStart,
      end: area.selectionEnd,
    });
    setTemplate(next.template);
    // After React has written the text: the cursor goes behind what was put in.
    requestAnimationFrame(() => {
      area.focus();
      area.setSelectionRange(next.cursor, next.cursor);
    });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsTried(true);
    if (template.trim() === "" || model === null) return;
    onWritten({ model, template, system: system.trim() || null });
  };
  const noTemplate = isTried && template.trim() === "" ? words.noTemplate : undefined;
  const noModel = isTried && model === null ? words.noModel : null;
  return (
    <form className={styles.form} onSubmit={submit}>
      <section aria-labelledby={columnsId}>
        <h2 id={columnsId} className={styles.label}>
          {words.columns}
        </h2>
        <p className={styles.note}>{words.columnsNote}</p>
        <ul className={styles.columns}>
          {batch.columns.map((column) => (
            <li key={column}>
              <button
                type="button"
                className={styles.column}
                aria-label={words.insert(column)}
                onClick={() => insert(column)}
              >
                <Icon name="plus" />
                <span>{column}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
      <TextArea
        areaRef={field}
        label={words.prompt}
        hint={words.promptHint}
        error={noTemplate}
        placeholder={words.promptPlaceholder(batch.columns.at(-1) ?? "text")}
        rows={8}
        value={template}
        onText={setTemplate}
      />
      <TextArea
        label={words.system}
        hint={words.systemHint}
        rows={2}
        value={system}
        onText={setSystem}
      />
      <div>
        <h2 className={styles.label}>{words.model}</h2>
        <div className={styles.model}>
          {renderModelPicker({
            value: model,
            onChange: setModel,
            open: isPicking,
            onOpenChange: setIsPicking,
          })}
        </div>
      </div>
      {(noModel ?? problem) !== null && (
        <p className={styles.problem} role="alert">
          {noModel ?? problem}
        </p>
      )}
      <div className={styles.deeds}>
        <Button type="submit" variant="primary" disabled={isSaving}>
          {isSaving ? words.checking : words.next}
        </Button>
        <Button variant="quiet" onClick={onDiscard}>
          {words.discard}
        </Button>
      </div>
    </form>
  );
}
