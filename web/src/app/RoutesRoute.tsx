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
  return (
    <PlainPage title={titleFor(id)}>
      {id === undefined ? (
        <RoutesPage
          mayManage={mayManage}
          onMake={() => navigate("/routes/new")}
          onEdit={(routeId) => navigate(`/routes/${routeId}`)}
          renderHealth={(target) => maySeeStatus && <TargetHealth target={target} />}
        />
      ) : (
        <Editor key={id} id={id} mayManage={mayManage} onDone={() => navigate("/routes")} />
      )}
    </PlainPage>
  );
}

function titleFor(id: string | undefined): string {
  if (id === undefined) return words.routes;
  return id === "new" ? words.makeRoute : words.editRoute;
}

function Editor(props: { id: string; mayManage: boolean; onDone: () => void }) {
  const { data } = useQuery(modelsQuery);
  const models = data?.items.filter(({ kind }) => kind !== "route") ?? noModels;
  return <RouteEditor {...props} models={models} />;
}
