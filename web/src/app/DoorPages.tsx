import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { JoinPage } from "../features/identity/JoinPage";
import { ResetPage } from "../features/identity/ResetPage";
import { SetupPage } from "../features/identity/SetupPage";
import { SignInPage } from "../features/identity/SignInPage";
import { SignInElsewhere } from "../features/identity/elsewhere/SignInElsewhere";
import { setupQuery } from "../features/identity/queries";
import type { Me } from "../shared/api/types";
import { isLinkPlace } from "./link-place";
import { Loading } from "./Loading";
import { useSession } from "./use-session";

/** What a link leads to; set-up while the workspace has no owner; else signing in. */
export function DoorPages() {
  const session = useSession();
  const [place, navigate] = useLocation();
  const [token] = useState(() => location.hash.slice(1));
  const setup = useQuery({ ...setupQuery, staleTime: 0 });
  if (isLinkPlace(place)) {
    const leave = () => navigate("/", { replace: true });
    const arrive = (me: Me) => {
      leave();
      session.begin(me);
    };
    const Page = place === "/join" ? JoinPage : ResetPage;
    return <Page token={token} onDone={arrive} onLeave={leave} />;
  }
  if (setup.isPending) return <Loading />;
  if (!setup.data?.needed) {
    return (
      <SignInPage onDone={session.begin}>
        <SignInElsewhere onDone={session.begin} />
      </SignInPage>
    );
  }
  return (
    <SetupPage
      onDone={(me) => {
        navigate("/welcome", { replace: true });
        session.begin(me);
      }}
      onAlreadyDone={() => void setup.refetch()}
    >
      <SignInElsewhere onDone={session.begin} />
    </SetupPage>
  );
}
