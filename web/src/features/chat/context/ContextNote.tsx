import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { api } from "../../../shared/api/client";
import type { ContextSummary, LeftOut } from "../../../shared/api/types";
import { Icon } from "../../../shared/ui/Icon";
import { Markdown } from "../../../shared/ui/markdown/Markdown";
import { contextWords as words } from "../context-words";
import styles from "./ContextNote.module.css";

export interface ContextNoteProps {
  conversationId: string;
  leftOut: LeftOut;
  /** There was to be a summary, and there is none. */
  summaryFailed?: boolean;
}

/** What of the conversation was not read word by word for the answer below. A summary can be opened and read. */
export function ContextNote({ conversationId, leftOut, summaryFailed = false }: ContextNoteProps) {
  const { dropped_messages: dropped, summarised_messages: summarised } = leftOut;
  return (
    <div className={styles.note}>
      {dropped > 0 && (
        <p className={styles.line}>
          <Icon name="text" />
          {summaryFailed ? words.droppedUnsummarised(dropped) : words.dropped(dropped)}
        </p>
      )}
      {leftOut.summary_id !== null && (
        <SummaryNote
          conversationId={conversationId}
          summaryId={leftOut.summary_id}
          summarised={summarised}
        />
      )}
    </div>
  );
}

function SummaryNote({
  conversationId,
  summaryId,
  summarised,
}: {
  conversationId: string;
  summaryId: string;
  summarised: number;
}) {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const query = useQuery({
    queryKey: ["summary", conversationId, summaryId],
    queryFn: ({ signal }) =>
      api.get<ContextSummary>(
        `/api/conversations/${conversationId}/summaries/${summaryId}`,
        {},
        signal,
      ),
    enabled: isOpen,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <>
      <button
        type="button"
        className={styles.toggle}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setIsOpen(!isOpen)}
      >
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} />
        {words.summarised(summarised)}
      </button>
      <div id={id} className={styles.summary} hidden={!isOpen} aria-busy={query.isPending}>
        {query.data && <Markdown text={query.data.text} streaming={false} />}
        {query.isError && <p>{words.summaryGone}</p>}
      </div>
    </>
  );
}
