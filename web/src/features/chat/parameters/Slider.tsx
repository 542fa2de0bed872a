import { useId } from "react";
import styles from "./ParameterPanel.module.css";
import { LinkButton } from "../../../shared/ui/LinkButton";
import { words } from "../words";
import { bounds } from "./parameters";

export interface SliderProps {
  label: string;
  hint: string;
  name: "temperature" | "top_p";
  step: number;
  /** Where it stands while the model chooses. */
  rest: number;
  value: number | undefined;
  /** The highest that the model takes. */
  most?: number | null | undefined;
  /** Why it cannot be set now. */
  closed: string | undefined;
  onChange: (value: number | undefined) => void;
}

/** A number between two ends, or none: then it is the model's choice. */
export function Slider(props: SliderProps) {
  const { label, hint, name, step, rest, value: set, most, closed, onChange } = props;
  const id = useId();
  const { min, max: usual } = bounds[name];
  const max = most ?? usual;
  const value = set === undefined ? undefined : Math.min(set, max);
  return (
    <div className={styles.one} data-closed={closed !== undefined}>
      <div className={styles.named}>
        <label htmlFor={id} className={styles.label}>
          {label}
        </label>
        <span className={styles.value}>
          {value === undefined ? (
            words.modelsChoice
          ) : (
            <>
              {value}{" "}
              <LinkButton aria-label={words.clearOne(label)} onClick={() => onChange(undefined)}>
                {words.clear}
              </LinkButton>
            </>
          )}
        </span>
      </div>
      <input
        id={id}
        type="range"
        className={styles.slider}
        data-rests={value === undefined}
        min={min}
        max={max}
        step={step}
        value={value ?? rest}
        disabled={closed !== undefined}
        aria-valuetext={value === undefined ? words.modelsChoice : undefined}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
      <p id={`${id}-hint`} className={styles.hint}>
        {closed ?? hint}
      </p>
    </div>
  );
}
