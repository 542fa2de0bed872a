import type { ModelRoute } from "../../shared/api/types";
import { Section } from "../../shared/ui/Section";
import styles from "./RouteForm.module.css";
import { words } from "./words";

const reasons = ["failure", "overload", "context_too_long", "refusal"] as const;

/** What leads from one model to the next. */
export function FallbackFields({
  value,
  onChange,
}: {
  value: ModelRoute["fallback"];
  onChange: (fallback: ModelRoute["fallback"]) => void;
}) {
  return (
    <Section title={words.fallback} note={words.fallbackNote}>
      <div className={styles.checks} role="group" aria-label={words.fallback}>
        {reasons.map((reason) => (
          <label key={reason} className={styles.check}>
            <input
              type="checkbox"
              checked={value[reason]}
              onChange={(event) => onChange({ ...value, [reason]: event.target.checked })}
            />
            {words.reasons[reason]}
          </label>
        ))}
      </div>
    </Section>
  );
}
