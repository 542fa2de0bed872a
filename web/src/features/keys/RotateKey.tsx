import { useState } from "react";
import type { MadeKey, ProgramKey } from "../../shared/api/types";
import { Select } from "../../shared/ui/Select";
import { FormDialog } from "../../shared/ui/FormDialog";
import { rotateKey } from "./queries";
import { ShownOnce } from "./ShownOnce";
import { type Proven, useKeyDeed } from "./use-key-deeds";
import { words } from "./words";

const aDay = "86400";

/** Another secret for the same key. How long the one until now goes on is chosen here. */
export function RotateKey({
  program,
  proven,
  onClose,
}: {
  program: ProgramKey;
  proven: Proven;
  onClose: () => void;
}) {
  const [overlap, setOverlap] = useState(aDay);
  const [made, setMade] = useState<MadeKey | null>(null);
  const { attempt, isBusy, failure } = useKeyDeed(proven);
  const [current] = program.secrets;
  const rotate = async () => {
    if (!current) return;
    setMade(await attempt(() => rotateKey(program.id, Number(overlap), current.hint)));
  };
  if (made) {
    return (
      <FormDialog
        title={words.madeTitle(made.details.name)}
        lead={words.madeLead}
        onClose={onClose}
      >
        <ShownOnce made={made} />
      </FormDialog>
    );
  }
  return (
    <FormDialog
      title={words.rotateTitle(program.name)}
      lead={words.rotateLead(current?.shown ?? "")}
      submit={words.rotate}
      isBusy={isBusy}
      failure={failure}
      onSubmit={() => void rotate()}
      onClose={onClose}
    >
      <Select label={words.overlap} value={overlap} onChange={setOverlap}>
        {Object.entries(words.overlaps).map(([seconds, name]) => (
          <option key={seconds} value={seconds}>
            {name}
          </option>
        ))}
      </Select>
    </FormDialog>
  );
}
