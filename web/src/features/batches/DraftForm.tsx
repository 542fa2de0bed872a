import { type FormEvent, type ReactNode, useState } from "react";
import type { Batch } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { ColumnList } from "./ColumnList";
import type { ModelSlot } from "./model-slot";
import { ModelField } from "./ModelField";
import styles from "./DraftForm.module.css";
import { insertPlace } from "./insert-place";
import type { Instructions } from "./queries";
import { TextArea } from "./TextArea";
import { useFocusHere } from "./use-focus-here";
import { words } from "./words";
import { isOwnWriting, modelsOwnWriting, type Writing, type WritingFields } from "./writing";

export interface DraftFormProps {
  batch: Batch;
  takesFocus: boolean;
  isSaving: boolean;
  problem: string | null;
  renderModelPicker: (slot: ModelSlot) => ReactNode;
  writing: WritingFields;
  onWritten: (instructions: Instructions) => void;
  onDiscard: () => void;
}

const nothingSaid = { ...modelsOwnWriting, model: null, template: "", system: null };

/** The prompt for each row, with the file's columns at hand, and who is asked. */
export function DraftForm(props: DraftFormProps) {
  const { batch, takesFocus, isSaving, problem, renderModelPicker, writing } = props;
  const { onWritten, onDiscard } = props;
  const before = batch.instructions ?? nothingSaid;
  const [template, setTemplate] = useState(before.template);
  const [system, setSystem] = useState(before.system ?? "");
  const [model, setModel] = useState(before.model);
  const [written, setWritten] = useState<Writing>(before);
  // As it was when the form came: choosing the last field away must not shut the fields.
  const [isWritingOpen, setIsWritingOpen] = useState(() => !isOwnWriting(written));
  const [isTried, setIsTried] = useState(false);
  const field = useFocusHere<HTMLTextAreaElement>(takesFocus);

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
    const { parameters, answer_schema } = writing.takenBy(model, written);
    onWritten({ model, template, system: system.trim() || null, parameters, answer_schema });
  };
  const noTemplate = isTried && template.trim() === "" ? words.noTemplate : undefined;
  const noModel = isTried && model === null ? words.noModel : null;
  return (
    <form className={styles.form} onSubmit={submit}>
      <ColumnList columns={batch.columns} onInsert={insert} />
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
      <ModelField value={model} onChange={setModel} renderModelPicker={renderModelPicker} />
      <details
        open={isWritingOpen}
        onToggle={(event) => setIsWritingOpen(event.currentTarget.open)}
      >
        <summary className={styles.more}>{words.writing}</summary>
        <div className={styles.writing}>
          {writing.render({ model, value: written, onChange: setWritten })}
        </div>
      </details>
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
