import { useQuery } from "@tanstack/react-query";
import { Field } from "../../shared/ui/Field";
import { Select } from "../../shared/ui/Select";
import { subjectsQuery } from "./budget-queries";
import type { BudgetTerms, Mistake } from "./budget-terms";
import styles from "./Usage.module.css";
import { words } from "./words";

/** All that is decided about a budget. For whom it is and in what it is counted, only once. */
export function BudgetFields({
  terms,
  mistakes,
  isNew,
  onChange,
}: {
  terms: BudgetTerms;
  mistakes: ReadonlySet<Mistake>;
  isNew: boolean;
  onChange: (terms: BudgetTerms) => void;
}) {
  const put = (more: Partial<BudgetTerms>) => onChange({ ...terms, ...more });
  return (
    <>
      <Field
        label={words.name}
        value={terms.name}
        autoFocus
        maxLength={100}
        onChange={(event) => put({ name: event.target.value })}
        error={mistakes.has("name") ? words.nameMissing : undefined}
      />
      {isNew && (
        <>
          <Choice
            label={words.scope}
            value={terms.scope}
            names={words.scopes}
            onChange={(scope) => put({ scope, subject: "" })}
          />
          {terms.scope !== "organisation" && (
            <Subject terms={terms} isMissing={mistakes.has("subject")} onChange={put} />
          )}
          <Choice
            label={words.unit}
            value={terms.unit}
            names={words.units}
            onChange={(unit) => put({ unit })}
          />
        </>
      )}
      <Field
        label={words.amount}
        value={terms.amount}
        inputMode="decimal"
        onChange={(event) => put({ amount: event.target.value })}
        {...(!isNew && { hint: words.units[terms.unit] })}
        error={mistakes.has("amount") ? words.amountWrong[terms.unit] : undefined}
      />
      <Choice
        label={words.period}
        value={terms.period}
        names={words.periods}
        onChange={(period) => put({ period })}
      />
      <Choice
        label={words.hard}
        value={terms.hard ? "hard" : "soft"}
        names={words.hardness}
        onChange={(chosen) => put({ hard: chosen === "hard" })}
      />
    </>
  );
}

function Choice<Name extends string>({
  label,
  value,
  names,
  onChange,
}: {
  label: string;
  value: Name;
  names: Readonly<Record<Name, string>>;
  onChange: (value: Name) => void;
}) {
  const known = Object.keys(names).filter((name): name is Name => name in names);
  return (
    <Select
      label={label}
      value={value}
      onChange={(chosen) => onChange(known.find((name) => name === chosen) ?? value)}
    >
      {known.map((name) => (
        <option key={name} value={name}>
          {names[name]}
        </option>
      ))}
    </Select>
  );
}

function Subject({
  terms,
  isMissing,
  onChange,
}: {
  terms: BudgetTerms;
  isMissing: boolean;
  onChange: (more: Partial<BudgetTerms>) => void;
}) {
  const { data } = useQuery(subjectsQuery(terms.scope));
  return (
    <div>
      <Select
        label={words.subject[terms.scope]}
        value={terms.subject}
        onChange={(subject) => onChange({ subject })}
      >
        <option value="">{words.choose}</option>
        {data?.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
      {isMissing && <p className={styles.wrong}>{words.subjectMissing}</p>}
    </div>
  );
}
