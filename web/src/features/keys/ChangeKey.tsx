import { useState } from "react";
import type { ProgramKey } from "../../shared/api/types";
import { showToast } from "../../shared/ui/toast-list";
import { changeOf, type Mistake, mistakesIn, termsOf } from "./key-terms";
import { FormDialog } from "../../shared/ui/FormDialog";
import { KeyFields } from "./KeyFields";
import { changeKey } from "./queries";
import { type Proven, useKeyDeed } from "./use-key-deeds";
import { words } from "./words";

const none: ReadonlySet<Mistake> = new Set();

/** Other terms for a key that programs already have; the way back is offered. */
export function ChangeKey({
  program,
  proven,
  onClose,
}: {
  program: ProgramKey;
  proven: Proven;
  onClose: () => void;
}) {
  const [terms, setTerms] = useState(() => termsOf(program));
  const [mistakes, setMistakes] = useState(none);
  const { attempt, isBusy, failure } = useKeyDeed(proven);
  const back = async () => {
    const { name, doors, models, addresses, limits, expires_at } = program;
    const before = { name, doors, models, addresses, limits, expires_at };
    if (await attempt(() => changeKey(program.id, before))) showToast(words.undone(name));
  };
  const save = async () => {
    const found = mistakesIn(terms);
    setMistakes(found);
    if (found.size > 0) return;
    const changed = await attempt(() => changeKey(program.id, changeOf(terms, new Date())));
    if (!changed) return;
    showToast(words.changed(changed.name), { undo: () => void back() });
    onClose();
  };
  return (
    <FormDialog
      title={words.changeTitle(program.name)}
      submit={words.save}
      isBusy={isBusy}
      failure={failure}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <KeyFields terms={terms} mistakes={mistakes} isNew={false} onChange={setTerms} />
    </FormDialog>
  );
}
