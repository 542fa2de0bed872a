import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../../../shared/api/api-problem";
import type { SignInSettings } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { IconButton } from "../../../shared/ui/IconButton";
import { Menu, MenuItem, MenuLine } from "../../../shared/ui/Menu";
import { Section } from "../../../shared/ui/Section";
import { State } from "../../../shared/ui/State";
import { showToast } from "../../../shared/ui/toast-list";
import { TryAgain } from "../../../shared/ui/TryAgain";
import type { Closing } from "./CloseProvider";
import { Findings } from "./Findings";
import styles from "./ProviderSection.module.css";
import type { Proven } from "./proven";
import { lookAgain, switchProvider, testProvider } from "./queries";
import { deedFailure, kindWords, newPeopleWords, secondFactorWords, words } from "./words";

export interface ProviderSectionProps {
  provider: SignInSettings;
  proven: Proven;
  onChange: () => void;
  onCloseDown: (closing: Closing) => void;
}

/** One provider: what is set, the address to register there, a test of all that can be tested without a person, and its deeds. */
export function ProviderSection({ provider, proven, onChange, onCloseDown }: ProviderSectionProps) {
  const client = useQueryClient();
  const test = useMutation({ mutationFn: () => testProvider(provider.name) });
  const enabling = useMutation({
    mutationFn: () => proven(() => switchProvider(provider, true)),
    onSuccess: ({ label }) => showToast(words.enabled(label)),
    onError: (error) =>
      showToast(deedFailure(error instanceof ApiProblem ? error : ApiProblem.unreachable())),
    onSettled: () => lookAgain(client),
  });
  const { label } = provider;
  return (
    <Section
      title={label}
      note={`${kindWords[provider.kind]}. ${words.accountCount(provider.accounts)}.`}
      action={
        <div className={styles.deeds}>
          <Button
            aria-label={words.testNamed(label)}
            disabled={test.isPending}
            onClick={() => test.mutate()}
          >
            {test.isPending ? words.testing : words.test}
          </Button>
          {provider.said && (
            <Menu trigger={<IconButton icon="more" label={words.deedsOf(label)} />}>
              <MenuItem icon="pen" onSelect={onChange}>
                {words.change}
              </MenuItem>
              {provider.is_enabled ? (
                <MenuItem icon="off" onSelect={() => onCloseDown("disable")}>
                  {words.disable}
                </MenuItem>
              ) : (
                <MenuItem icon="check" onSelect={() => enabling.mutate()}>
                  {words.enable}
                </MenuItem>
              )}
              <MenuLine />
              <MenuItem icon="trash" loss onSelect={() => onCloseDown("delete")}>
                {words.delete}
              </MenuItem>
            </Menu>
          )}
        </div>
      }
    >
      <Standing provider={provider} />
      {test.isError && <TryAgain onTry={() => test.mutate()} />}
      {test.data && <Findings label={words.testNamed(label)} findings={test.data.items} />}
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

/** Whether people come in by it, and where that is decided. */
function Standing({ provider: { is_enabled, problem, source } }: { provider: SignInSettings }) {
  return (
    <p className={styles.standing}>
      {problem ? (
        <State kind="loss">{problem}</State>
      ) : (
        <State kind={is_enabled ? "done" : "off"}>
          {is_enabled ? words.isEnabled : words.isDisabled}
        </State>
      )}
      {source === "settings" && <span className={styles.detail}>{words.setInSettings}</span>}
    </p>
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
    [words.secondFactor, secondFactorWords[provider.second_factor]],
  ];
  if (provider.trust_email) facts.push([words.email, words.trustsEmail]);
  if (provider.said?.private_addresses) facts.push([words.network, words.isPrivate]);
  return facts.filter(([, value]) => value !== "");
}

function withoutSecret({ client_id, kind }: SignInSettings): string {
  return kind === "firebase" ? client_id : `${client_id} (${words.noSecret.toLowerCase()})`;
}
