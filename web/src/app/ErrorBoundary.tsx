import { Component, type ReactNode } from "react";
import { Button } from "../shared/ui/Button";
import { EmptyState } from "../shared/ui/EmptyState";
import styles from "./Plain.module.css";
import { words } from "./words";

/** A mistake of ours must not leave a white page. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    if (!this.state.isBroken) return this.props.children;
    return (
      <main className={styles.plain}>
        <EmptyState
          title={words.brokenTitle}
          action={<Button onClick={() => location.reload()}>{words.reload}</Button>}
        >
          {words.brokenLead}
        </EmptyState>
      </main>
    );
  }
}
