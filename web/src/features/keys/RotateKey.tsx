import { useState } from "react";
import type { MadeKey, ProgramKey } from "../../shared/api/types";
import { Select } from "../../shared/ui/Select";
import { KeyDialog } from "./KeyDialog";
import { rotateKey } from "./queries";
import { type Proven, useKeyDeed } from "./use-key-deeds";
import { words } from "./words";

const aDay = "86400";

/** Another secret for the same key. How long the one until now goes on is chosen here. */
export function RotateKey({
  program,
  proven,
  onMade,
  onClose,
}: {
  program: ProgramKey;
  proven: Proven;
  onMade: (made: MadeKey) => void;
  onClose: () => void;
}) {
  const [overlap, setOverlap] = useState(aDay);
  const { attempt, isBusy, failure } = useKeyDeed(proven);
  const [current] = program.secrets;
  const rotate = async () => {
    if (!current) return;
    const made = await attempt(() => rotateKey(program.id, Number(overlap), current.hint));
    if (made) onMade(made);
  };
  return (
    <KeyDialog
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
    </KeyDialog>
  );
}
