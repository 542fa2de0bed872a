import { ConnectedAccounts } from "../features/identity/elsewhere/ConnectedAccounts";
import type { Me } from "../shared/api/types";
import { PageBody } from "../shared/ui/PageBody";
import { PlainPage } from "./PlainPage";
import { words } from "./words";

/** `/profile`: what belongs to the person who is signed in. */
export function ProfileRoute({ me }: { me: Me }) {
  return (
    <PlainPage title={words.profile}>
      <PageBody title={me.name} lead={me.email}>
        <ConnectedAccounts />
      </PageBody>
    </PlainPage>
  );
}
