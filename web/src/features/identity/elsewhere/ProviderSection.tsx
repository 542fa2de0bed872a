import { useMutation } from "@tanstack/react-query";
import type { SignInSettings } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { Section } from "../../../shared/ui/Section";
import { State } from "../../../shared/ui/State";
import { TryAgain } from "../../../shared/ui/TryAgain";
import styles from "./ProviderSection.module.css";
import { testProvider } from "./queries";
import { findingName, kindWords, newPeopleWords, words } from "./words";

/** One provider: what is set, the address to register there, and a test of all that can be tested without a person. */
export function ProviderSection({ provider }: { provider: SignInSettings }) {
  const test = useMutation({ mutationFn: () => testProvider(provider.name) });
  const { label } = provider;
  return (
    <Section
      title={label}
      note={`${kindWords[provider.kind]}. ${words.accountCount(provider.accounts)}.`}
      action={
        <Button
          aria-label={words.testNamed(label)}
          disabled={test.isPending}
          onClick={() => test.mutate()}
        >
          {test.isPending ? words.testing : words.test}
        </Button>
      }
    >
      {test.isError && <TryAgain onTry={() => test.mutate()} />}
      {test.data && (
        <ul className={styles.findings} aria-label={words.testNamed(label)}>
          {test.data.items.map(({ what, is_good, detail }) => (
            <li key={what} className={styles.finding}>
              <State kind={is_good ? "done" : "loss"}>{findingName(what)}</State>
              <span className={styles.detail}>{detail}</span>
            </li>
          ))}
        </ul>
      )}
      <dl className={styles.facts}>
        {factsOf(provider).map(([name, value]) => (
          <div key={name} className={styles.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function factsOf(provider: SignInSettings): [string, string][] {
  const roles = Object.entries(provider.roles).map(([value, role]) => `${value} → ${role}`);
  const facts: [string, string][] = [
    [words.register, provider.redirect_address ?? ""],
    [words.issuer, provider.issuer],
    [words.client, provider.has_secret ? provider.client_id : withoutSecret(provider)],
    [words.scopes, provider.scopes.join(" ")],
    [words.groups, provider.group_claim],
    [words.roles, [provider.role_claim, ...roles].filter(Boolean).join(", ")],
    [words.domains, provider.domains.join(", ")],
    [words.newPeople, newPeopleWords[provider.new_people]],
  ];
  if (provider.trust_email) facts.push([words.email, words.trustsEmail]);
  return facts.filter(([, value]) => value !== "");
}

function withoutSecret({ client_id, kind }: SignInSettings): string {
  return kind === "firebase" ? client_id : `${client_id} (${words.noSecret.toLowerCase()})`;
}
