/** The part of the profile about accounts elsewhere: which there are, linking another, letting go of one. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "../../../shared/api/api-problem";
import type { LinkedAccounts } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { Section } from "../../../shared/ui/Section";
import { showToast } from "../../../shared/ui/toast-list";
import { TryAgain } from "../../../shared/ui/TryAgain";
import { FormFailure } from "../FormFailure";
import styles from "./ConnectedAccounts.module.css";
import type { Proven } from "./proven";
import { accountsQuery, beginLink, unlink } from "./queries";
import { useFailure } from "./use-failure";
import { failureWords, words } from "./words";

export interface ConnectedAccountsProps {
  proven: Proven;
  /** Goes to another site's page. */
  onLeave?: (address: string) => void;
}

export function ConnectedAccounts({ proven, onLeave = leave }: ConnectedAccountsProps) {
  const { data, isError, refetch } = useQuery(accountsQuery);
  const [failure, setFailure] = useState(useFailure());
  const linking = useMutation({
    mutationFn: (name: string) => proven(() => beginLink(name)),
    onSuccess: ({ address }) => onLeave(address),
    onError: (error) => setFailure(codeOf(error)),
  });
  const links = data?.to_link.filter(({ kind }) => kind !== "firebase") ?? [];
  if (data && data.items.length === 0 && links.length === 0) return null;
  return (
    <Section title={words.accounts} note={words.accountsNote}>
      {failure !== null && <FormFailure>{failureWords(failure)}</FormFailure>}
      {isError && !data && <TryAgain onTry={() => void refetch()} />}
      {data && <Accounts accounts={data} proven={proven} onFailure={setFailure} />}
      <div className={styles.links}>
        {links.map(({ name, label }) => (
          <Button
            key={name}
            icon="plus"
            disabled={linking.isPending}
            onClick={() => linking.mutate(name)}
          >
            {words.linkWith(label)}
          </Button>
        ))}
      </div>
    </Section>
  );
}

function Accounts({
  accounts: { items, has_password },
  proven,
  onFailure,
}: {
  accounts: LinkedAccounts;
  proven: Proven;
  onFailure: (code: string | null) => void;
}) {
  const client = useQueryClient();
  const leaving = useMutation({
    mutationFn: (name: string) => proven(() => unlink(name)),
    onSuccess: (_, name) => {
      onFailure(null);
      showToast(words.unlinked(items.find(({ provider }) => provider === name)?.label ?? name));
      return client.invalidateQueries({ queryKey: accountsQuery.queryKey });
    },
    onError: (error) => onFailure(codeOf(error)),
  });
  const isOnly = items.length === 1 && !has_password;
  if (items.length === 0) return <p className={styles.note}>{words.noAccounts}</p>;
  return (
    <ul className={styles.list} aria-label={words.accounts}>
      {items.map(({ provider, label, email, issuer, linked_at }) => (
        <li key={provider} className={styles.row}>
          <div className={styles.who}>
            <h3 className={styles.name}>{label}</h3>
            <p className={styles.address}>{email ?? words.noAddress}</p>
            <p className={styles.note} title={issuer}>
              {words.linkedOn(new Date(linked_at).toLocaleDateString())}
            </p>
          </div>
          {isOnly ? (
            <span className={styles.note}>{words.onlyWayIn}</span>
          ) : (
            <Button
              aria-label={words.unlinkNamed(label)}
              disabled={leaving.isPending}
              onClick={() => leaving.mutate(provider)}
            >
              {words.unlink}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

function leave(address: string): void {
  location.assign(address);
}

/** Null: they were asked whether it is them, and thought better of it. */
function codeOf(error: Error): string | null {
  if (!(error instanceof ApiProblem)) return "";
  return error.code === "proof-needed" ? null : error.code;
}
