import { useId } from "react";
import type { ModelName } from "../../shared/api/types";
import styles from "./TargetList.module.css";
import { words } from "./words";

/** A model out of the list, grouped by where it comes from. One that is not in the list now stays chosen. */
export function ModelChoice({
  label,
  models,
  value,
  error,
  onChange,
}: {
  label: string;
  models: readonly ModelName[];
  value: string;
  error: string | undefined;
  onChange: (model: string) => void;
}) {
  const id = useId();
  const sources = [...new Set(models.map(({ connection_name }) => connection_name))];
  const isListed = models.some((model) => model.id === value);
  return (
    <div>
      <label htmlFor={id} className="visually-hidden">
        {label}
      </label>
      <select
        id={id}
        className={styles.select}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : `${id}-wrong`}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        <option value="" disabled>
          {words.chooseModel}
        </option>
        {value !== "" && !isListed && <option value={value}>{words.notListed(value)}</option>}
        {sources.map((source) => (
          <optgroup key={source} label={source}>
            {models
              .filter(({ connection_name }) => connection_name === source)
              .map(({ id: model, name }) => (
                <option key={model} value={model}>
                  {name}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
      {error !== undefined && (
        <p id={`${id}-wrong`} className={styles.wrong}>
          {error}
        </p>
      )}
    </div>
  );
}
