import { lazy, Suspense } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import type { Me } from "../shared/api/types";
import { ChatRoute } from "./ChatRoute";
import { Frame } from "./Frame";
import { Loading } from "./Loading";
import { PageBoundary } from "./PageBoundary";
import { isBarred } from "./settings-pages";
import { peoplePages } from "./people-pages";
import { LostRoute } from "./LostRoute";

// Rarely seen: fetched when somebody goes there.
const AuditRoute = lazy(async () => ({ default: (await import("./AuditRoute")).AuditRoute }));
const BatchesRoute = lazy(async () => ({
  default: (await import("./BatchesRoute")).BatchesRoute,
}));
const KeysRoute = lazy(async () => ({ default: (await import("./KeysRoute")).KeysRoute }));
const SignInRoute = lazy(async () => ({ default: (await import("./SignInRoute")).SignInRoute }));
const ModelsRoute = lazy(async () => ({ default: (await import("./ModelsRoute")).ModelsRoute }));
const PeopleRoutes = lazy(async () => ({
  default: (await import("./PeopleRoutes")).PeopleRoutes,
}));
const RoutesRoute = lazy(async () => ({ default: (await import("./RoutesRoute")).RoutesRoute }));
const StatusRoute = lazy(async () => ({ default: (await import("./StatusRoute")).StatusRoute }));
const UsageRoute = lazy(async () => ({ default: (await import("./UsageRoute")).UsageRoute }));
const BudgetsRoute = lazy(async () => ({
  default: (await import("./BudgetsRoute")).BudgetsRoute,
}));
const WelcomeRoute = lazy(async () => ({ default: (await import("./WelcomeRoute")).WelcomeRoute }));

/** Every view and its address. */
export function Routes({ me }: { me: Me }) {
  const [place] = useLocation();
  return (
    <Switch>
      <Route path="/">
        <Redirect to="/c/new" replace />
      </Route>
      <Route path="/welcome">
        <Suspense fallback={<Loading />}>
          <WelcomeRoute />
        </Suspense>
      </Route>
      <Route>
        <Frame me={me}>
          <PageBoundary place={place}>
            <Switch>
              {isBarred(me, place) && (
                <Route>
                  <LostRoute />
                </Route>
              )}
              <Route path="/c/:id">{({ id }) => <ChatRoute me={me} id={id} />}</Route>
              <Route path="/batches/:id?">
                {({ id }) => (
                  <Suspense>
                    <BatchesRoute me={me} id={id ?? null} />
                  </Suspense>
                )}
              </Route>
              <Route path="/models">
                <Suspense>
                  <ModelsRoute me={me} />
                </Suspense>
              </Route>
              <Route path="/routes/:id?">
                {({ id }) => (
                  <Suspense>
                    <RoutesRoute me={me} {...(id !== undefined && { id })} />
                  </Suspense>
                )}
              </Route>
              <Route path="/keys/:account?">
                {({ account }) => (
                  <Suspense>
                    <KeysRoute me={me} account={account ?? null} />
                  </Suspense>
                )}
              </Route>
              <Route path="/sign-in">
                <Suspense>
                  <SignInRoute />
                </Suspense>
              </Route>
              <Route path="/status">
                <Suspense>
                  <StatusRoute />
                </Suspense>
              </Route>
              <Route path="/usage">
                <Suspense>
                  <UsageRoute me={me} />
                </Suspense>
              </Route>
              <Route path="/budgets">
                <Suspense>
                  <BudgetsRoute />
                </Suspense>
              </Route>
              <Route path="/audit">
                <Suspense>
                  <AuditRoute />
                </Suspense>
              </Route>
              {peoplePages.map((page) => (
                <Route key={page} path={`/${page}`}>
                  <Suspense>
                    <PeopleRoutes me={me} page={page} />
                  </Suspense>
                </Route>
              ))}
              <Route>
                <LostRoute />
              </Route>
            </Switch>
          </PageBoundary>
        </Frame>
      </Route>
    </Switch>
  );
}
