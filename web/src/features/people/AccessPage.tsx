/** The inside of the page "Registration": what the workspace has decided about who comes in. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Policies } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { Field } from "../../shared/ui/Field";
import { PageBody } from "../../shared/ui/PageBody";
import { Section } from "../../shared/ui/Section";
import { showToast } from "../../shared/ui/toast-list";
import { TryAgain } from "../../shared/ui/TryAgain";
import styles from "./People.module.css";
import { policiesQuery, setPolicies } from "./queries";
import { usePeopleDeeds } from "./use-people-deeds";
import { words } from "./words";

export function AccessPage() {
  const { data, isError, refetch } = useQuery(policiesQuery);
  return (
    <PageBody title={words.accessTitle} lead={words.accessLead}>
      {isError && <TryAgain onTry={() => void refetch()} />}
      {data && <Rules key={JSON.stringify(data)} policies={data} />}
    </PageBody>
  );
}

const kinds = ["closed", "approval", "open"] as const;
const hints = { closed: words.closedHint, approval: words.approvalHint, open: words.openHint };

function Rules({ policies }: { policies: Policies }) {
  const client = useQueryClient();
  const { attempt } = usePeopleDeeds();
  const [draft, setDraft] = useState(policies);
  const [domains, setDomains] = useState(policies.allowed_domains.join(", "));
  const { registration } = draft;
  const hasDomains = domains.trim() !== "";
  const put = async (wanted: Policies, said?: string, undo?: () => void) => {
    const { mail: _, ...sent } = wanted;
    await attempt(
      async () => client.setQueryData(policiesQuery.queryKey, await setPolicies(sent)),
      () => said && showToast(said, undo ? { undo } : {}),
    );
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    const allowed_domains = domains.split(/[\s,]+/).filter(Boolean);
    void put({ ...draft, allowed_domains }, words.saved, () => void put(policies));
  };
  return (
    <form onSubmit={save} noValidate>
      <Section title={words.registration} note={words.registrationNote}>
        <div className={styles.rules}>
          <fieldset className={styles.checks}>
            <legend className="visually-hidden">{words.registration}</legend>
            {kinds.map((kind) => (
              <label key={kind} className={styles.check}>
                <input
                  type="radio"
                  name="registration"
                  checked={registration === kind}
                  onChange={() => setDraft({ ...draft, registration: kind })}
                />
                <span>
                  {words[kind]}
                  <small>{hints[kind]}</small>
                </span>
              </label>
            ))}
          </fieldset>
          {registration !== "closed" && (
            <Field
              label={words.domains}
              hint={words.domainsHint}
              value={domains}
              onChange={(event) => setDomains(event.target.value)}
            />
          )}
          {registration === "open" && hasDomains && (
            <p className={styles.muted}>{policies.mail ? words.proven : words.unproven}</p>
          )}
        </div>
      </Section>
      <Section title={words.readAll} note={words.readAllNote}>
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={draft.read_all_allowed}
            onChange={() => setDraft({ ...draft, read_all_allowed: !draft.read_all_allowed })}
          />
          <span>{words.readAllCheck}</span>
        </label>
      </Section>
      <Section title={words.keyProof} note={words.keyProofNote}>
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={draft.proof_for_keys}
            onChange={() => setDraft({ ...draft, proof_for_keys: !draft.proof_for_keys })}
          />
          <span>{words.keyProofCheck}</span>
        </label>
      </Section>
      <Button type="submit" variant="primary" className={styles.after}>
        {words.save}
      </Button>
    </form>
  );
}
