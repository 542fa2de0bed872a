import { useLocation } from "wouter";
import { Button } from "../shared/ui/Button";
import { EmptyState } from "../shared/ui/EmptyState";
import styles from "./LostRoute.module.css";
import { PlainPage } from "./PlainPage";
import { words } from "./words";

/** An address that leads nowhere, and the way on. */
export function LostRoute() {
  const [, navigate] = useLocation();
  return (
    <PlainPage title={words.lost}>
      <h1 className="visually-hidden">{words.lost}</h1>
      <div className={styles.lost}>
        <EmptyState
          title={words.lostTitle}
          action={<Button onClick={() => navigate("/c/new")}>{words.startNew}</Button>}
        >
          {words.lostLead}
        </EmptyState>
      </div>
    </PlainPage>
  );
}
