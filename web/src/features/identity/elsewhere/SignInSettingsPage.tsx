/** The inside of the page "Sign-in": which ways are configured, what to register there, and whether they answer. */
import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "../../../shared/ui/EmptyState";
import { PageBody } from "../../../shared/ui/PageBody";
import { TryAgain } from "../../../shared/ui/TryAgain";
import { ProviderSection } from "./ProviderSection";
import { signInSettingsQuery } from "./queries";
import { words } from "./words";

export function SignInSettingsPage() {
  return (
    <PageBody title={words.settingsTitle} lead={words.settingsLead}>
      <Providers />
    </PageBody>
  );
}

function Providers() {
  const { data, isError, refetch } = useQuery(signInSettingsQuery);
  if (isError && !data) return <TryAgain onTry={() => void refetch()} />;
  if (!data) return null;
  if (data.items.length === 0) {
    return <EmptyState title={words.nothingTitle}>{words.nothingLead}</EmptyState>;
  }
  return data.items.map((provider) => <ProviderSection key={provider.name} provider={provider} />);
}
