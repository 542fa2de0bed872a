import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { ConnectedAccounts } from "../features/identity/elsewhere/ConnectedAccounts";
import { ProfilePage } from "../features/identity/profile/ProfilePage";
import { LookDialog } from "../features/looks/LookDialog";
import { LooksAtMe } from "../features/looks/LooksAtMe";
import { AccessPage } from "../features/people/AccessPage";
import { GroupsPage } from "../features/people/GroupsPage";
import { PeoplePage } from "../features/people/PeoplePage";
import { heirsQuery } from "../features/people/queries";
import { RolesPage } from "../features/people/RolesPage";
import { SecondFactors } from "../features/second-factors/SecondFactors";
import { useProven } from "../features/second-factors/use-proven";
import type { Me } from "../shared/api/types";
import { PlainPage } from "./PlainPage";
import type { PeoplePageName } from "./people-pages";
import { useSession } from "./use-session";
import { words } from "./words";

/** `/people`, `/groups`, `/roles`, `/access` and `/profile`. */
export function PeopleRoutes({ me, page }: { me: Me; page: PeoplePageName }) {
  return (
    <PlainPage title={words[page]}>
      <Page me={me} page={page} />
    </PlainPage>
  );
}

function Page({ me, page }: { me: Me; page: PeoplePageName }) {
  const [, navigate] = useLocation();
  switch (page) {
    case "people":
      return (
        <PeoplePage
          me={me}
          onKeys={({ id }) => navigate(`/keys/${id}`)}
          renderLook={(person, onClose) => <LookDialog person={person} onClose={onClose} />}
        />
      );
    case "groups":
      return <GroupsPage me={me} />;
    case "roles":
      return <RolesPage me={me} />;
    case "access":
      return <AccessPage />;
    case "profile":
      return <Profile me={me} />;
  }
}

const nobody: readonly { id: string; name: string }[] = [];

function Profile({ me }: { me: Me }) {
  const session = useSession();
  const [proven, proof] = useProven();
  const heirs = useQuery({ ...heirsQuery, enabled: me.role === "owner" }).data?.items ?? nobody;
  return (
    <ProfilePage
      me={me}
      heirs={heirs.filter(({ id }) => id !== me.id)}
      proven={proven}
      proof={proof}
      onGone={session.signOut}
    >
      <SecondFactors />
      <ConnectedAccounts proven={proven} />
      <LooksAtMe me={me} />
    </ProfilePage>
  );
}
