import { Field } from "../../shared/ui/Field";
import { Select } from "../../shared/ui/Select";
import { DoorChecks } from "./DoorChecks";
import { type KeyTerms, limitNames, type Mistake } from "./key-terms";
import styles from "./Keys.module.css";
import { words } from "./words";

const lifetimes = [30, 90, 365] as const;

/** All that is decided about a key. What few need stands folded away below. */
export function KeyFields({
  terms,
  mistakes,
  isNew,
  onChange,
}: {
  terms: KeyTerms;
  mistakes: ReadonlySet<Mistake>;
  isNew: boolean;
  onChange: (terms: KeyTerms) => void;
}) {
  const put = (more: Partial<KeyTerms>) => onChange({ ...terms, ...more });
  const hasLimits = terms.addresses !== "" || Object.values(terms.limits).some(Boolean);
  return (
    <>
      <Field
        label={words.name}
        value={terms.name}
        autoFocus
        maxLength={100}
        onChange={(event) => put({ name: event.target.value })}
        hint={words.nameHint}
        error={mistakes.has("name") ? words.nameMissing : undefined}
      />
      <DoorChecks
        chosen={terms.doors}
        isMissing={mistakes.has("doors")}
        onChange={(doors) => put({ doors })}
      />
      <Field
        label={words.models}
        value={terms.models}
        onChange={(event) => put({ models: event.target.value })}
        hint={words.modelsHint}
        error={mistakes.has("models") ? words.modelsMissing : undefined}
      />
      <Select
        label={words.lasts}
        value={terms.days === null ? "" : String(terms.days)}
        onChange={(days) => put({ days: days === "" ? null : Number(days) })}
      >
        {!isNew && <option value="">{words.asBefore}</option>}
        {lifetimes.map((days) => (
          <option key={days} value={days}>
            {words.days(days)}
          </option>
        ))}
        <option value="0">{words.forever}</option>
      </Select>
      <details
        className={styles.limits}
        open={hasLimits || limitNames.some((name) => mistakes.has(name))}
      >
        <summary>{words.limits}</summary>
        <Field
          label={words.addresses}
          value={terms.addresses}
          onChange={(event) => put({ addresses: event.target.value })}
          hint={words.addressesHint}
        />
        {limitNames.map((name) => (
          <Field
            key={name}
            label={words[name]}
            value={terms.limits[name]}
            inputMode="numeric"
            placeholder={words.noLimit}
            onChange={(event) => put({ limits: { ...terms.limits, [name]: event.target.value } })}
            error={mistakes.has(name) ? words.numberWrong : undefined}
          />
        ))}
      </details>
    </>
  );
}
