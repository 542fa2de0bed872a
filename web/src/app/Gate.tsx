import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { useLocation } from "wouter";
import { SignInAgain } from "../features/identity/SignInAgain";
import { meQuery } from "../features/identity/queries";
import { ApiProblem } from "../shared/api/api-problem";
import { Button } from "../shared/ui/Button";
import { EmptyState } from "../shared/ui/EmptyState";
import { onForgottenElsewhere } from "./browser-memory";
import { isLinkPlace } from "./link-place";
import { Loading } from "./Loading";
import styles from "./Plain.module.css";
import { SignedIn } from "./SignedIn";
import { useSession } from "./use-session";
import { useSomebodyElse } from "./use-somebody-else";
import { words } from "./words";

// Fetched by those who are not signed in.
const DoorPages = lazy(async () => ({ default: (await import("./DoorPages")).DoorPages }));
const SignInElsewhere = lazy(async () => ({
  default: (await import("../features/identity/elsewhere/SignInElsewhere")).SignInElsewhere,
}));

const retryMs = 4_000;
/** How long a page whose session has ended waits, unseen, for the same person to sign in again. */
const pageStaysMs = 5 * 60_000;

/** Lets in whoever is signed in and shows everybody else the door. The address stays: one arrives where one meant to. */
export function Gate() {
  const client = useQueryClient();
  const session = useSession();
  const me = useQuery({
    ...meQuery,
    refetchInterval: ({ state }) => (isUnreachable(state.error) ? retryMs : false),
  });
  const isSignedOut = me.error instanceof ApiProblem && me.error.status === 401;
  const isSomebodyElse = useSomebodyElse(me.data?.id);
  const [place] = useLocation();
  const isCovered = isSignedOut && me.data !== undefined;

  // Whoever left the browser open does not leave the page in its memory as well.
  useEffect(() => {
    if (!isCovered) return;
    const timer = setTimeout(() => session.end(), pageStaysMs);
    return () => clearTimeout(timer);
  }, [isCovered, session]);
  useEffect(() => onForgottenElsewhere(() => location.replace("/")), []);

  if (isSomebodyElse) return <Loading />;
  // Whoever follows a link goes where it leads, whoever this browser was signed in as.
  if (isLinkPlace(place)) {
    return (
      <Suspense fallback={<Loading />}>
        <DoorPages />
      </Suspense>
    );
  }
  if (me.data) {
    return (
      <>
        <div className={isSignedOut ? styles.covered : styles.open}>
          <SignedIn me={me.data} hasSession={!isSignedOut} />
        </div>
        {isSignedOut && (
          <SignInAgain email={me.data.email} onDone={session.begin} onLeave={() => session.end()}>
            <Suspense>
              <SignInElsewhere onDone={session.begin} />
            </Suspense>
          </SignInAgain>
        )}
      </>
    );
  }
  if (isSignedOut) {
    return (
      <Suspense fallback={<Loading />}>
        <DoorPages />
      </Suspense>
    );
  }
  if (me.isPending) return <Loading />;
  return (
    <main className={styles.plain}>
      <EmptyState
        title={words.unreachableTitle}
        action={
          <Button onClick={() => void client.refetchQueries(meQuery)}>{words.tryAgain}</Button>
        }
      >
        {words.unreachableLead}
      </EmptyState>
    </main>
  );
}

function isUnreachable(error: Error | null): boolean {
  return error instanceof ApiProblem && error.status !== 401;
}
