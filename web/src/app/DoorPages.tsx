import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { SetupPage } from "../features/identity/SetupPage";
import { SignInPage } from "../features/identity/SignInPage";
import { SignInElsewhere } from "../features/identity/elsewhere/SignInElsewhere";
import { setupQuery } from "../features/identity/queries";
import { Loading } from "./Loading";
import { useSession } from "./use-session";

/** Set-up while the workspace has no owner, else signing in. */
export function DoorPages() {
  const session = useSession();
  const [, navigate] = useLocation();
  const setup = useQuery({ ...setupQuery, staleTime: 0 });
  if (setup.isPending) return <Loading />;
  if (!setup.data?.needed) {
    return (
      <SignInPage onDone={session.begin}>
        <SignInElsewhere />
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
      <SignInElsewhere />
    </SetupPage>
  );
}
