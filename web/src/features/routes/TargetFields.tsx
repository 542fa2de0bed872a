import type { ModelName } from "../../shared/api/types";
import { joinClasses } from "../../shared/lib/join-classes";
import { Field } from "../../shared/ui/Field";
import { Icon } from "../../shared/ui/Icon";
import { IconButton } from "../../shared/ui/IconButton";
import { type Fault, type FilledTarget, type How, weighs } from "./filled";
import { ModelChoice } from "./ModelChoice";
import { TargetLimits } from "./TargetLimits";
import styles from "./TargetList.module.css";
import type { Handle } from "./use-reorder";
import { words } from "./words";

export interface TargetFieldsProps {
  target: FilledTarget;
  place: number;
  count: number;
  how: How;
  faults: ReadonlySet<Fault>;
  models: readonly ModelName[];
  isDragged: boolean;
  handle: Handle;
  onChange: (part: Partial<FilledTarget>) => void;
  /** Left out for the last one. */
  onRemove?: () => void;
}

/** One model of a route: which, what decides between it and the others, and its limits. */
export function TargetFields(props: TargetFieldsProps) {
  const { target, place, count, how, faults, models, isDragged, handle, onChange, onRemove } =
    props;
  const name = target.model || words.thisModel;
  const numberFor = (field: "weight" | "rank", label: string) => (
    <Field
      label={label}
      inputMode="decimal"
      error={faults.has(`${target.key}:${field}`) ? words.notANumber : undefined}
      value={target[field]}
      onChange={(event) => onChange({ [field]: event.target.value })}
    />
  );
  return (
    <li className={joinClasses(styles.target, isDragged && styles.dragged)}>
      <button
        type="button"
        className={styles.handle}
        aria-label={words.move(name, place + 1, count)}
        {...handle}
      >
        <Icon name="grip" />
        <span aria-hidden="true">{place + 1}</span>
      </button>
      <div className={styles.fields}>
        <ModelChoice
          label={words.model(place + 1)}
          models={models}
          value={target.model}
          error={faults.has(`${target.key}:model`) ? words.modelMissing : undefined}
          onChange={(model) => onChange({ model })}
        />
        {weighs(how) && (
          <div className={styles.between}>
            {how === "custom" && numberFor("rank", words.rankField)}
            {how !== "shared" && (
              <Field
                label={words.variantName}
                autoComplete="off"
                placeholder={how === "compared" ? target.id || target.model : ""}
                value={target.variant}
                onChange={(event) => onChange({ variant: event.target.value })}
              />
            )}
            {numberFor("weight", words.weight)}
          </div>
        )}
        <TargetLimits target={target} faults={faults} onChange={onChange} />
      </div>
      {onRemove && (
        <IconButton
          className={styles.remove ?? ""}
          icon="close"
          label={words.removeModel(name)}
          onClick={onRemove}
        />
      )}
    </li>
  );
}
