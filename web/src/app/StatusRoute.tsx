import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { modelsQuery } from "../features/models/queries";
import { StatusPage } from "../features/status/StatusPage";
import { PlainPage } from "./PlainPage";
import { words } from "./words";

/** `/status`: how every target is doing. */
export function StatusRoute() {
  const [, navigate] = useLocation();
  const { data } = useQuery(modelsQuery);
  const modelName = (id: string) => data?.items.find((model) => model.id === id)?.name ?? id;
  return (
    <PlainPage title={words.status}>
      <StatusPage modelName={modelName} onMakeRoute={() => navigate("/routes/new")} />
    </PlainPage>
  );
}
