import { useLocation } from "wouter";
import { Button } from "../shared/ui/Button";
import { PageNotice } from "./PageNotice";
import { words } from "./words";

/** An address that leads nowhere, and the way on. */
export function LostRoute() {
  const [, navigate] = useLocation();
  return (
    <PageNotice
      name={words.lost}
      title={words.lostTitle}
      action={<Button onClick={() => navigate("/c/new")}>{words.startNew}</Button>}
    >
      {words.lostLead}
    </PageNotice>
  );
}
