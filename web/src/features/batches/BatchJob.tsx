/** A job that was started: how far it is, what can be done, and its rows. */
import { type ReactNode, useState } from "react";
import type { Batch } from "../../shared/api/types";
import { PageBody } from "../../shared/ui/PageBody";
import { BatchDeeds } from "./BatchDeeds";
import styles from "./BatchJob.module.css";
import { BatchProgress } from "./BatchProgress";
import { BatchRows } from "./BatchRows";
import { BatchState } from "./BatchState";
import { CancelBatch } from "./CancelBatch";
import { DeleteBatch } from "./DeleteBatch";
import { exactTime, time } from "./format";
import { useFocusHere } from "./use-focus-here";
import { WritingFacts } from "./WritingFacts";
import { troubleWords, words } from "./words";

export interface BatchJobProps {
  batch: Batch;
  takesFocus: boolean;
  back: ReactNode;
  onGone: () => void;
}

export function BatchJob({ batch, takesFocus, back, onGone }: BatchJobProps) {
  const here = useFocusHere<HTMLDivElement>(takesFocus);
  const [asks, setAsks] = useState<"delete" | "cancel" | null>(null);
  const { tokens, instructions, trouble, slowed_by: slowedBy } = batch;
  const began = batch.started_at ?? batch.created_at;
  return (
    <PageBody
      title={batch.name}
      lead={instructions?.model ?? ""}
      action={
        <BatchDeeds
          batch={batch}
          onCancel={() => setAsks("cancel")}
          onDelete={() => setAsks("delete")}
        />
      }
    >
      <div className={styles.back}>{back}</div>
      <div ref={here} tabIndex={-1} className={styles.state}>
        <BatchState batch={batch} />
        {slowedBy && (
          <span className={styles.slowed}>
            {words.slowed}: {troubleWords(slowedBy)}
          </span>
        )}
        <time className={styles.time} dateTime={began} title={exactTime(began)}>
          {time(began)}
        </time>
      </div>
      <BatchProgress batch={batch} />
      <p className={styles.tokens}>
        {words.tokens(tokens.input_tokens, tokens.output_tokens)}
        {tokens.rows_uncounted > 0 && ` ${words.uncounted(tokens.rows_uncounted)}`}
      </p>
      {trouble && batch.state === "paused" && (
        <div className={styles.trouble} role="alert">
          <p>{troubleWords(trouble)}</p>
          <p className={styles.kept}>{words.pausedItself}</p>
        </div>
      )}
      {instructions && (
        <details className={styles.asked}>
          <summary>{words.asked}</summary>
          {instructions.system && <p className={styles.text}>{instructions.system}</p>}
          <p className={styles.text}>{instructions.template}</p>
          <WritingFacts instructions={instructions} />
        </details>
      )}
      <BatchRows batch={batch} />
      <DeleteBatch
        batch={asks === "delete" ? batch : null}
        onClose={() => setAsks(null)}
        onGone={onGone}
      />
      <CancelBatch batch={asks === "cancel" ? batch : null} onClose={() => setAsks(null)} />
    </PageBody>
  );
}
