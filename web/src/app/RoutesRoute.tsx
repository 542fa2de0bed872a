import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { modelsQuery } from "../features/models/queries";
import { RouteEditor } from "../features/routes/RouteEditor";
import { RoutesPage } from "../features/routes/RoutesPage";
import { TargetHealth } from "../features/status/TargetHealth";
import type { Me, Model } from "../shared/api/types";
import { PlainPage } from "./PlainPage";
import { words } from "./words";

const noModels: readonly Model[] = [];

/** `/routes`, and `/routes/:id` where one is made (`new`) or changed. */
export function RoutesRoute({ me, id }: { me: Me; id?: string }) {
  const [, navigate] = useLocation();
  const mayManage = me.permissions.includes("route.manage");
  const maySeeStatus = me.permissions.includes("status.read");
  const models = useQuery(modelsQuery).data?.items ?? noModels;
  return (
    <PlainPage title={titleFor(id)}>
      {id === undefined ? (
        <RoutesPage
          mayManage={mayManage}
          onMake={() => navigate("/routes/new")}
          onEdit={(routeId) => navigate(`/routes/${routeId}`)}
          nameOf={(id) => models.find((model) => model.id === id)?.name ?? id}
          renderHealth={(target) => maySeeStatus && <TargetHealth target={target} />}
        />
      ) : (
        <RouteEditor
          key={id}
          id={id}
          mayManage={mayManage}
          models={models.filter(({ kind }) => kind !== "route")}
          onDone={() => navigate("/routes")}
        />
      )}
    </PlainPage>
  );
}

function titleFor(id: string | undefined): string {
  if (id === undefined) return words.routes;
  return id === "new" ? words.makeRoute : words.editRoute;
}
