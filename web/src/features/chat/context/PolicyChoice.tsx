import { Fragment, useId } from "react";
import type { ContextPolicy, Model } from "../../../shared/api/types";
import { contextWords as words } from "../context-words";
import styles from "./ContextGauge.module.css";

const names = ["slide", "summarise", "refuse"] as const satisfies ContextPolicy["name"][];

/** What happens when the window is full, and who summarises. It holds from the next question on. */
export function PolicyChoice({
  policy,
  models,
  onChange,
}: {
  policy: ContextPolicy;
  models: readonly Model[];
  onChange: (policy: ContextPolicy) => void;
}) {
  const group = useId();
  return (
    <fieldset className={styles.policy}>
      <legend className={styles.label}>{words.whenFull}</legend>
      {names.map((name) => (
        <Fragment key={name}>
          <label className={styles.option}>
            <input
              type="radio"
              name={group}
              checked={policy.name === name}
              onChange={() => onChange({ name, model: null })}
            />
            <span>
              {words.policies[name]}
              <small className={styles.hint}>{words.policyHints[name]}</small>
            </span>
          </label>
          {name === "summarise" && policy.name === name && (
            <SummariserChoice
              value={policy.model}
              models={models}
              onChange={(model) => onChange({ name, model })}
            />
          )}
        </Fragment>
      ))}
    </fieldset>
  );
}

/** Who summarises: whoever answers, or one model always. */
function SummariserChoice({
  value,
  models,
  onChange,
}: {
  value: string | null;
  models: readonly Model[];
  onChange: (model: string | null) => void;
}) {
  return (
    <label className={styles.summariser}>
      <span className={styles.label}>{words.summariser}</span>
      <select
        className={styles.select}
        value={value ?? ""}
        onChange={({ target }) => onChange(target.value === "" ? null : target.value)}
      >
        <option value="">{words.sameModel}</option>
        {models.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
