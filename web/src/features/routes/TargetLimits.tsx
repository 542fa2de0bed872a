import { type ReactNode, useId, useState } from "react";
import { Field } from "../../shared/ui/Field";
import type { Fault, FilledTarget } from "./filled";
import styles from "./TargetList.module.css";
import { words } from "./words";

const numbers = [
  { name: "running", label: words.running, hint: words.runningHint },
  { name: "waiting", label: words.waiting, hint: words.waitingHint },
  { name: "maxInput", label: words.maxInput, hint: words.maxInputHint },
] as const;

const patience = [
  { name: "first_token", label: words.firstToken },
  { name: "idle", label: words.idle },
  { name: "loading", label: words.loading },
] as const;

const batches = [
  { name: "batchSize", label: words.batchSize },
  { name: "batchWait", label: words.batchWait },
] as const;

const conditions = [
  { name: "images", label: words.images },
  { name: "tools", label: words.tools },
  { name: "completes", label: words.completes },
] as const;

/** What is seldom said about a model of a route: put away until somebody wants to, or has. */
export function TargetLimits({
  target,
  faults,
  onChange,
}: {
  target: FilledTarget;
  faults: ReadonlySet<Fault>;
  onChange: (part: Partial<FilledTarget>) => void;
}) {
  const [isOpen, setIsOpen] = useState(() => isLimited(target));
  return (
    <details
      className={styles.limits}
      open={isOpen}
      onToggle={(event) => setIsOpen(event.currentTarget.open)}
    >
      <summary aria-label={words.moreSettings(target.model || words.thisModel)}>
        {words.limits}
      </summary>
      <div className={styles.grid}>
        {numbers.map(({ name, label, hint }) => (
          <Field
            key={name}
            label={label}
            hint={hint}
            inputMode="numeric"
            error={faults.has(`${target.key}:${name}`) ? words.notANumber : undefined}
            value={target[name]}
            onChange={(event) => onChange({ [name]: event.target.value })}
          />
        ))}
        <Field
          label={words.ownName}
          hint={words.ownNameHint}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={200}
          value={target.id}
          onChange={(event) => onChange({ id: event.target.value })}
        />
        <FieldGroup title={words.ownPatience} note={words.ownPatienceNote}>
          {patience.map(({ name, label }) => (
            <Field
              key={name}
              label={label}
              inputMode="decimal"
              error={faults.has(`${target.key}:${name}`) ? words.notANumber : undefined}
              value={target.timeouts[name]}
              onChange={(event) =>
                onChange({ timeouts: { ...target.timeouts, [name]: event.target.value } })
              }
            />
          ))}
        </FieldGroup>
        <FieldGroup title={words.gathered} note={words.gatheredNote}>
          {batches.map(({ name, label }) => (
            <Field
              key={name}
              label={label}
              inputMode="numeric"
              error={faults.has(`${target.key}:${name}`) ? words.notANumber : undefined}
              value={target[name]}
              onChange={(event) => onChange({ [name]: event.target.value })}
            />
          ))}
        </FieldGroup>
        <div className={styles.conditions} role="group" aria-label={words.isSent}>
          <span className={styles.caption}>{words.isSent}</span>
          {conditions.map(({ name, label }) => (
            <label key={name} className={styles.check}>
              <input
                type="checkbox"
                checked={target[name]}
                onChange={(event) => onChange({ [name]: event.target.checked })}
              />
              {label}
            </label>
          ))}
        </div>
      </div>
    </details>
  );
}

/** A few fields that mean something only together, with one line that says what. */
function FieldGroup({
  title,
  note,
  children,
}: {
  title: string;
  note: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <div className={styles.group} role="group" aria-labelledby={id} aria-describedby={`${id}-note`}>
      <span id={id} className={styles.caption}>
        {title}
      </span>
      <p id={`${id}-note`} className={styles.about}>
        {note}
      </p>
      <div className={styles.together}>{children}</div>
    </div>
  );
}

function isLimited(target: FilledTarget): boolean {
  const { id, running, waiting, maxInput, images, tools, completes, timeouts, batchSize } = target;
  const said = [id, running, waiting, maxInput, batchSize, ...Object.values(timeouts)];
  return said.some(Boolean) || !images || !tools || completes;
}
