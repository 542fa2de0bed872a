import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem } from "../../shared/api/api-problem";
import type { ModelName, ModelRoute } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { Field } from "../../shared/ui/Field";
import { Section } from "../../shared/ui/Section";
import { showToast } from "../../shared/ui/toast-list";
import { howWords } from "./facts";
import { FallbackFields } from "./FallbackFields";
import { blank, draftFrom, faultsOf, type Filled, filledFrom } from "./filled";
import { HowFields } from "./HowFields";
import { PatienceFields } from "./PatienceFields";
import { addRoute, changeRoute, lookAgain } from "./queries";
import styles from "./RouteForm.module.css";
import { RouteProblem } from "./RouteProblem";
import { TargetList } from "./TargetList";
import { useRouteDeeds } from "./use-route-deeds";
import { words } from "./words";

/** Everything that can be said about a route. What is wrong is said when somebody wants to keep it. */
export function RouteForm({
  route,
  models,
  onDone,
}: {
  /** None: a new one is made. */
  route: ModelRoute | null;
  models: readonly ModelName[];
  onDone: () => void;
}) {
  const client = useQueryClient();
  const deeds = useRouteDeeds();
  const [filled, setFilled] = useState(() => (route ? filledFrom(route) : blank()));
  const [isChecked, setIsChecked] = useState(false);
  const faults = faultsOf(filled);
  const shownFaults = isChecked ? faults : new Set<never>();
  const saving = useMutation({
    mutationFn: () => {
      const draft = draftFrom(filled);
      return route ? changeRoute(route.id, { ...draft, version: route.version }) : addRoute(draft);
    },
    onSuccess: async (kept) => {
      await lookAgain(client);
      if (route) deeds.tellChanged(route, kept);
      else showToast(words.made(kept.name));
      onDone();
    },
  });
  const change = (part: Partial<Filled>) => {
    setFilled((before) => ({ ...before, ...part }));
    saving.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (faults.size === 0 && !saving.isPending) saving.mutate();
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Field
        className={styles.name ?? ""}
        label={words.name}
        hint={words.nameHint}
        error={shownFaults.has("name") ? words.nameMissing : undefined}
        autoFocus={!route}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={200}
        value={filled.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <Section title={words.models} note={howWords[filled.how]}>
        <TargetList filled={filled} faults={shownFaults} models={models} onChange={change} />
      </Section>
      {filled.targets.length > 1 && (
        <>
          <HowFields value={filled.how} onChange={(how) => change({ how })} />
          <FallbackFields value={filled.fallback} onChange={(fallback) => change({ fallback })} />
        </>
      )}
      <PatienceFields
        value={filled.timeouts}
        faults={shownFaults}
        onChange={(timeouts) => change({ timeouts })}
      />
      {isChecked && faults.size > 0 && (
        <p className={styles.wrong} role="alert">
          {words.checkFields}
        </p>
      )}
      {saving.error && (
        <RouteProblem
          error={saving.error instanceof ApiProblem ? saving.error : ApiProblem.unreachable()}
          onReadAgain={() => void lookAgain(client)}
        />
      )}
      <div className={styles.deeds}>
        <Button onClick={onDone}>{words.cancel}</Button>
        <Button type="submit" variant="primary" disabled={saving.isPending}>
          {route ? words.save : words.saveNew}
        </Button>
      </div>
    </form>
  );
}
