/** The inside of the page "Routes and fallback": every route, what stands behind it and how that is doing. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { RouteTarget } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { EmptyState } from "../../shared/ui/EmptyState";
import { PageBody } from "../../shared/ui/PageBody";
import { TryAgain } from "../../shared/ui/TryAgain";
import { routesQuery } from "./queries";
import { RouteBlock } from "./RouteBlock";
import { useRouteDeeds } from "./use-route-deeds";
import { words } from "./words";

export interface RoutesPageProps {
  /** Whether this person may make and change routes. */
  mayManage: boolean;
  onMake: () => void;
  onEdit: (routeId: string) => void;
  /** What a model is called. */
  nameOf: (model: string) => string;
  /** How a target is doing, live; for those who may know. */
  renderHealth: (target: RouteTarget) => ReactNode;
}

export function RoutesPage(props: RoutesPageProps) {
  const { data, isError, refetch } = useQuery(routesQuery);
  const { mayManage, onMake } = props;
  const isEmpty = data?.items.length === 0;
  return (
    <PageBody
      title={words.title}
      lead={words.lead}
      action={
        mayManage &&
        !isEmpty && (
          <Button icon="plus" variant="primary" onClick={onMake}>
            {words.make}
          </Button>
        )
      }
    >
      {isError && <TryAgain onTry={() => void refetch()} />}
      {isEmpty && (
        <EmptyState
          title={words.emptyTitle}
          action={
            mayManage && (
              <Button variant="primary" large onClick={onMake}>
                {words.makeOne}
              </Button>
            )
          }
        >
          {words.emptyLead}
          {!mayManage && ` ${words.ownerMakes}`}
        </EmptyState>
      )}
      {data && !isEmpty && <RouteList {...props} routes={data.items} />}
    </PageBody>
  );
}

function RouteList({
  routes,
  mayManage,
  onEdit,
  nameOf,
  renderHealth,
}: RoutesPageProps & { routes: Parameters<typeof RouteBlock>[0]["route"][] }) {
  const deeds = useRouteDeeds();
  return (
    <ul aria-label={words.routes}>
      {routes.map((route) => (
        <RouteBlock
          key={`${route.source}-${route.id}`}
          route={route}
          nameOf={nameOf}
          renderHealth={renderHealth}
          {...(mayManage &&
            route.source === "person" && {
              onEdit: () => onEdit(route.id),
              onDelete: () => void deeds.remove(route),
            })}
        />
      ))}
    </ul>
  );
}
