import { useId } from "react";
import { Section } from "../../shared/ui/Section";
import type { How } from "./filled";
import styles from "./RouteForm.module.css";
import { words } from "./words";

const choices: readonly { how: How; label: string; hint: string }[] = [
  { how: "in-turn", label: words.howInTurn, hint: words.howInTurnHint },
  { how: "shared", label: words.howShared, hint: words.howSharedHint },
  { how: "compared", label: words.howCompared, hint: words.howComparedHint },
  { how: "custom", label: words.howCustom, hint: words.howCustomHint },
];

/** In which way the models are asked: one of four. */
export function HowFields({ value, onChange }: { value: How; onChange: (how: How) => void }) {
  const id = useId();
  return (
    <Section title={words.how}>
      <div className={styles.choices} role="radiogroup" aria-label={words.how}>
        {choices.map(({ how, label, hint }) => (
          <div key={how} className={styles.choice}>
            <input
              type="radio"
              id={`${id}-${how}`}
              name={id}
              checked={how === value}
              aria-describedby={`${id}-${how}-hint`}
              onChange={() => onChange(how)}
            />
            <label htmlFor={`${id}-${how}`}>{label}</label>
            <p id={`${id}-${how}-hint`} className={styles.hint}>
              {hint}
            </p>
          </div>
        ))}
      </div>
    </Section>
  );
}
