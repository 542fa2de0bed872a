import { Field } from "../../shared/ui/Field";
import { Section } from "../../shared/ui/Section";
import type { Fault, Filled } from "./filled";
import styles from "./RouteForm.module.css";
import { words } from "./words";

const kinds = [
  { name: "first_token", label: words.firstToken },
  { name: "idle", label: words.idle },
  { name: "loading", label: words.loading },
] as const;

/** How long a model may be silent before it is left. */
export function PatienceFields({
  value,
  faults,
  onChange,
}: {
  value: Filled["timeouts"];
  faults: ReadonlySet<Fault>;
  onChange: (timeouts: Filled["timeouts"]) => void;
}) {
  return (
    <Section title={words.patience} note={words.patienceNote}>
      <div className={styles.three}>
        {kinds.map(({ name, label }) => (
          <Field
            key={name}
            label={label}
            inputMode="numeric"
            error={faults.has(name) ? words.notANumber : undefined}
            value={value[name]}
            onChange={(event) => onChange({ ...value, [name]: event.target.value })}
          />
        ))}
      </div>
    </Section>
  );
}
