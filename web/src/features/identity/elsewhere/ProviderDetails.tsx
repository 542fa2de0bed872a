import { useId } from "react";
import { Field } from "../../../shared/ui/Field";
import { Select } from "../../../shared/ui/Select";
import { type Filled, secondFactors } from "./provider-fields";
import styles from "./ProviderForm.module.css";
import { secondFactorWords, words } from "./words";

interface ProviderDetailsProps {
  filled: Filled;
  onChange: (part: Partial<Filled>) => void;
}

/** What few need to say: whose addresses, which scopes, groups, roles, and what is trusted. */
export function ProviderDetails({ filled, onChange }: ProviderDetailsProps) {
  return (
    <details className={styles.details}>
      <summary>{words.more}</summary>
      <div className={styles.inside}>
        <Field
          label={words.domainsField}
          hint={words.domainsHint}
          autoComplete="off"
          value={filled.domains}
          onChange={({ target }) => onChange({ domains: target.value })}
        />
        {filled.kind !== "firebase" && (
          <Field
            label={words.scopesField}
            hint={words.scopesHint}
            autoComplete="off"
            value={filled.scopes}
            onChange={({ target }) => onChange({ scopes: target.value })}
          />
        )}
        <Field
          label={words.groupClaim}
          hint={words.groupClaimHint}
          autoComplete="off"
          value={filled.groupClaim}
          onChange={({ target }) => onChange({ groupClaim: target.value })}
        />
        {filled.groupClaim.trim() !== "" && (
          <>
            <Lines
              label={words.groupNames}
              hint={words.groupNamesHint}
              value={filled.groups}
              onChange={(groups) => onChange({ groups })}
            />
            <Check
              label={words.makeGroups}
              checked={filled.makeGroups}
              onChange={(makeGroups) => onChange({ makeGroups })}
            />
          </>
        )}
        <Field
          label={words.roleClaim}
          hint={words.roleClaimHint}
          autoComplete="off"
          value={filled.roleClaim}
          onChange={({ target }) => onChange({ roleClaim: target.value })}
        />
        {filled.roleClaim.trim() !== "" && (
          <Lines
            label={words.roleNames}
            hint={words.roleNamesHint}
            value={filled.roles}
            onChange={(roles) => onChange({ roles })}
          />
        )}
        <Select
          label={words.secondFactorWho}
          value={filled.secondFactor}
          onChange={(value) =>
            onChange({
              secondFactor: secondFactors.find((one) => one === value) ?? "unless-vouched",
            })
          }
        >
          {secondFactors.map((value) => (
            <option key={value} value={value}>
              {secondFactorWords[value]}
            </option>
          ))}
        </Select>
        <Check
          label={words.trustsEmail}
          hint={words.trustsEmailHint}
          checked={filled.trustEmail}
          onChange={(trustEmail) => onChange({ trustEmail })}
        />
        <Check
          label={words.isPrivate}
          hint={words.isPrivateHint}
          checked={filled.isPrivate}
          onChange={(isPrivate) => onChange({ isPrivate })}
        />
      </div>
    </details>
  );
}

function Lines({
  label,
  hint,
  value,
  onChange,
}: {
  label: string;
  hint: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className={styles.lines}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <textarea
        id={id}
        className={styles.text}
        aria-describedby={`${id}-hint`}
        spellCheck={false}
        rows={3}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
      <p id={`${id}-hint`} className={styles.hint}>
        {hint}
      </p>
    </div>
  );
}

function Check({
  label,
  hint,
  checked,
  onChange,
}: {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label className={styles.check}>
      <input
        type="checkbox"
        checked={checked}
        onChange={({ target }) => onChange(target.checked)}
      />
      <span>
        {label}
        {hint && <small>{hint}</small>}
      </span>
    </label>
  );
}
