import type { ReactNode } from "react";
import type { Message } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { Icon } from "../../../shared/ui/Icon";
import { ReadOnlyNote } from "../sharing/ReadOnlyNote";
import { useTurn } from "../turn/use-turn";
import { words } from "../words";
import styles from "./Dock.module.css";
import { Offline } from "./Offline";
import { RunningPhase } from "./RunningPhase";
import { useStanding } from "./standing";

/**
 * The foot of the page: the composer, and above it, while the reader is elsewhere, how the answer stands and the
 * way back to it. It takes its place from the page, so it never covers text.
 */
export function Dock({
  running,
  isAtEnd,
  onJump,
  children,
}: {
  running: Message | null;
  isAtEnd: boolean;
  onJump: () => void;
  children: ReactNode;
}) {
  const { mayWrite } = useStanding();
  return (
    <div className={styles.dock}>
      <div className={styles.inner}>
        {!isAtEnd && (
          <div className={styles.docked}>
            <div className={styles.phase}>{running && <DockedPhase running={running} />}</div>
            <Button variant="quiet" className={styles.jump} onClick={onJump}>
              {words.jump}
              <Icon name="arrow-down" />
            </Button>
          </div>
        )}
        {mayWrite ? (
          children
        ) : (
          <>
            <Offline />
            <ReadOnlyNote />
          </>
        )}
      </div>
    </div>
  );
}

function DockedPhase({ running }: { running: Message }) {
  const turn = useTurn(running.turn_id);
  if (turn.outcome.kind !== "running") return null;
  return <RunningPhase turn={turn} message={running} isFirst />;
}
