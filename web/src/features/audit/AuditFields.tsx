import { useId } from "react";
import { Button } from "../../shared/ui/Button";
import { Field } from "../../shared/ui/Field";
import styles from "./AuditFields.module.css";
import { type AuditFilters, isFiltered, noFilters } from "./filters";
import { actionGroups, actionWords, outcomeWords, shortId, words } from "./words";

/** What is to be found. Each choice is in the address of the page, so that a view can be kept and sent. */
export function AuditFields({
  filters,
  onFilters,
}: {
  filters: AuditFilters;
  onFilters: (filters: AuditFilters) => void;
}) {
  const set = (more: Partial<AuditFilters>) => onFilters({ ...filters, ...more });
  const isListed = actionGroups.some(({ prefix }) => prefix === filters.action);
  return (
    <search aria-label={words.filters} className={styles.fields}>
      <Field
        className={styles.text}
        label={words.search}
        type="search"
        placeholder={words.searchHint}
        autoComplete="off"
        maxLength={200}
        value={filters.text}
        onChange={(event) => set({ text: event.target.value })}
      />
      <Choice
        label={words.what}
        value={filters.action}
        options={[
          ["", words.anything],
          ...actionGroups.map(({ prefix, label }): Option => [prefix, label]),
          ...(isListed || filters.action === ""
            ? []
            : [[filters.action, actionWords(filters.action)] as const]),
        ]}
        onChange={(action) => set({ action })}
      />
      <Choice
        label={words.outcome}
        value={filters.outcome}
        options={[["", words.anyOutcome], ...Object.entries(outcomeWords)]}
        onChange={(outcome) => set({ outcome })}
      />
      <Field
        label={words.from}
        type="date"
        max={filters.until || undefined}
        value={filters.since}
        onChange={(event) => set({ since: event.target.value })}
      />
      <Field
        label={words.to}
        type="date"
        min={filters.since || undefined}
        value={filters.until}
        onChange={(event) => set({ until: event.target.value })}
      />
      {isFiltered(filters) && (
        <div className={styles.chosen}>
          {filters.actor !== "" && (
            <span className={styles.only}>{words.only(shortId(filters.actor))}</span>
          )}
          {filters.subject !== "" && (
            <span className={styles.only}>{words.only(shortId(filters.subject))}</span>
          )}
          <Button variant="quiet" icon="close" onClick={() => onFilters(noFilters)}>
            {words.clear}
          </Button>
        </div>
      )}
    </search>
  );
}

type Option = readonly [value: string, label: string];

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly Option[];
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className={styles.choice}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([one, name]) => (
          <option key={one} value={one}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
