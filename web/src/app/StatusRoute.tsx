import { useLocation } from "wouter";
import { StatusPage } from "../features/status/StatusPage";
import { PlainPage } from "./PlainPage";
import { words } from "./words";

/** `/status`: how every target is doing. */
export function StatusRoute() {
  const [, navigate] = useLocation();
  return (
    <PlainPage title={words.status}>
      <StatusPage onMakeRoute={() => navigate("/routes/new")} />
    </PlainPage>
  );
}
