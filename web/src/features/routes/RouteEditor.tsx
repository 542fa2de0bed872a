/** Making a route, or changing one: a page of its own, so that it can be left and come back to. */
import { useQuery } from "@tanstack/react-query";
import type { ModelName } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { EmptyState } from "../../shared/ui/EmptyState";
import { PageBody } from "../../shared/ui/PageBody";
import { TryAgain } from "../../shared/ui/TryAgain";
import { routesQuery } from "./queries";
import { RouteForm } from "./RouteForm";
import { words } from "./words";

export interface RouteEditorProps {
  /** `new`, or the id of the route. */
  id: string;
  mayManage: boolean;
  /** What can stand behind a route. */
  models: readonly ModelName[];
  onDone: () => void;
}

export function RouteEditor({ id, mayManage, models, onDone }: RouteEditorProps) {
  const { data, isError, refetch } = useQuery(routesQuery);
  const route = data?.items.find((one) => one.id === id);
  const isNew = id === "new";
  if (isError) return <TryAgain onTry={() => void refetch()} />;
  if (!data) return null;
  if (!isNew && !route) return <Leave title={words.gone} onDone={onDone} />;
  if (!mayManage) return <Leave title={words.locked} lead={words.ownerMakes} onDone={onDone} />;
  if (route?.source === "settings") {
    return <Leave title={words.locked} lead={words.lockedWhy} onDone={onDone} />;
  }
  return (
    <PageBody
      title={route ? words.editTitle(route.name) : words.make}
      lead={route ? words.editLead : words.makeLead}
    >
      <RouteForm
        // Read again after somebody else changed it, the form begins anew.
        key={route?.version ?? 0}
        route={route ?? null}
        models={models}
        onDone={onDone}
      />
    </PageBody>
  );
}

function Leave({ title, lead, onDone }: { title: string; lead?: string; onDone: () => void }) {
  return (
    <EmptyState title={title} action={<Button onClick={onDone}>{words.back}</Button>}>
      {lead}
    </EmptyState>
  );
}
