import { useState } from "react";
import type { ModelName } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { blankTarget, type Fault, type Filled, type FilledTarget, moved } from "./filled";
import styles from "./TargetList.module.css";
import { TargetFields } from "./TargetFields";
import { useReorder } from "./use-reorder";
import { words } from "./words";

const mostTargets = 50;

/** The models behind a route, in an order that is changed by dragging or with the arrow keys. */
export function TargetList({
  filled,
  faults,
  models,
  onChange,
}: {
  filled: Filled;
  faults: ReadonlySet<Fault>;
  models: readonly ModelName[];
  onChange: (part: Pick<Filled, "targets">) => void;
}) {
  const { targets, how } = filled;
  const [told, setTold] = useState("");
  const { list, dragged, handleFor } = useReorder(targets.length, (from, to) => {
    onChange({ targets: moved(targets, from, to) });
    setTold(words.movedTo(nameOf(targets[from]), to + 1, targets.length));
  });
  const change = (place: number, part: Partial<FilledTarget>) =>
    onChange({
      targets: targets.map((one, at) => (at === place ? { ...one, ...part } : one)),
    });
  return (
    <>
      <ol ref={list} className={styles.list} aria-label={words.models}>
        {targets.map((target, place) => (
          <TargetFields
            key={target.key}
            target={target}
            place={place}
            count={targets.length}
            how={how}
            faults={faults}
            models={models}
            isDragged={dragged === place}
            handle={handleFor(place)}
            onChange={(part) => change(place, part)}
            {...(targets.length > 1 && {
              onRemove: () => onChange({ targets: targets.toSpliced(place, 1) }),
            })}
          />
        ))}
      </ol>
      <p className="visually-hidden" role="status">
        {told}
      </p>
      {targets.length < mostTargets && (
        <Button
          className={styles.add ?? ""}
          icon="plus"
          onClick={() => onChange({ targets: [...targets, blankTarget()] })}
        >
          {words.addModel}
        </Button>
      )}
    </>
  );
}

function nameOf(target: FilledTarget | undefined): string {
  return target?.model || words.thisModel;
}
