/** The inside of the page "Sign-in": which ways there are, setting them up, what to register there, and whether they answer. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { SignInSettingsList } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { EmptyState } from "../../../shared/ui/EmptyState";
import { PageBody } from "../../../shared/ui/PageBody";
import { TryAgain } from "../../../shared/ui/TryAgain";
import { CloseProvider, type Closing } from "./CloseProvider";
import { ProviderForm } from "./ProviderForm";
import { ProviderSection } from "./ProviderSection";
import type { Proven } from "./proven";
import { signInSettingsQuery } from "./queries";
import { words } from "./words";

type Open = { deed: "add" } | { deed: "change" | Closing; name: string };

export interface SignInSettingsPageProps {
  proven: Proven;
  /** The dialog of a proof that is asked for. */
  proof: ReactNode;
}

export function SignInSettingsPage(props: SignInSettingsPageProps) {
  const { data, isError, refetch } = useQuery(signInSettingsQuery);
  const [open, setOpen] = useState<Open | null>(null);
  const add = () => setOpen({ deed: "add" });
  return (
    <PageBody
      title={words.settingsTitle}
      lead={words.settingsLead}
      action={
        data && (
          <Button icon="plus" variant="primary" onClick={add}>
            {words.addTitle}
          </Button>
        )
      }
    >
      {isError && !data && <TryAgain onTry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <EmptyState title={words.nothingTitle}>{words.nothingLead}</EmptyState>
      )}
      {data?.items.map((provider) => (
        <ProviderSection
          key={`${provider.source} ${provider.name}`}
          provider={provider}
          proven={props.proven}
          onChange={() => setOpen({ deed: "change", name: provider.name })}
          onCloseDown={(deed) => setOpen({ deed, name: provider.name })}
        />
      ))}
      {data && open && (
        <OpenDialog {...props} open={open} settings={data} onClose={() => setOpen(null)} />
      )}
      {!open && props.proof}
    </PageBody>
  );
}

/** The one deed that is under way. What it is about may be gone meanwhile: then there is nothing to draw. */
function OpenDialog({
  open,
  settings: { items, redirect_pattern },
  ...rest
}: SignInSettingsPageProps & {
  open: Open;
  settings: SignInSettingsList;
  onClose: () => void;
}) {
  const provider = open.deed === "add" ? null : items.find(({ name }) => name === open.name);
  if (provider === undefined) return null;
  if (provider !== null && (open.deed === "disable" || open.deed === "delete")) {
    return <CloseProvider {...rest} provider={provider} closing={open.deed} />;
  }
  return (
    <ProviderForm
      {...rest}
      provider={provider}
      taken={items.map(({ name }) => name)}
      redirectPattern={redirect_pattern}
    />
  );
}
