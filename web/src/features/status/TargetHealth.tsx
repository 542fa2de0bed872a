import { useQuery } from "@tanstack/react-query";
import type { RouteTarget } from "../../shared/api/types";
import { State } from "../../shared/ui/State";
import { absenceOf, healthOf } from "./health";
import { statusQuery } from "./queries";

/** How one target of a route is doing, live. */
export function TargetHealth({ target }: { target: Pick<RouteTarget, "id" | "state"> }) {
  const { data } = useQuery(statusQuery);
  const live = data?.status.targets.find(({ id }) => id === target.id);
  const health = absenceOf(target.state) ?? (live ? healthOf(live) : null);
  return health && <State kind={health.kind}>{health.text}</State>;
}
