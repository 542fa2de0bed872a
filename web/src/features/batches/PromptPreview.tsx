import { useQuery } from "@tanstack/react-query";
import type { Batch } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { Section } from "../../shared/ui/Section";
import { TryAgain } from "../../shared/ui/TryAgain";
import styles from "./PromptPreview.module.css";
import { previewQuery } from "./queries";
import { useFocusHere } from "./use-focus-here";
import { WritingFacts } from "./WritingFacts";
import { words } from "./words";

export interface PromptPreviewProps {
  batch: Batch;
  isStarting: boolean;
  problem: string | null;
  onBack: () => void;
  onStart: () => void;
}

/** The first prompts as they will be asked: the last look before anything is sent. */
export function PromptPreview(props: PromptPreviewProps) {
  const { batch, isStarting, problem, onBack, onStart } = props;
  const { data, isError, refetch } = useQuery(previewQuery(batch.id));
  const { model = "", system } = batch.instructions ?? {};
  const here = useFocusHere<HTMLOListElement>(true);
  return (
    <Section title={words.previewTitle} note={words.previewNote}>
      {isError && <TryAgain onTry={() => void refetch()} />}
      <ol ref={here} tabIndex={-1} className={styles.prompts} aria-label={words.previewTitle}>
        {data?.prompts.map(({ number, prompt }) => (
          <li key={number} className={styles.prompt}>
            <h3 className={styles.name}>{words.row(number)}</h3>
            {system && <p className={styles.system}>{system}</p>}
            {/* Long ones scroll inside themselves: by keyboard, too. */}
            <p className={styles.text} tabIndex={0}>
              {prompt}
            </p>
          </li>
        ))}
      </ol>
      <p className={styles.model}>
        {words.model}: <strong>{model}</strong>
      </p>
      <WritingFacts instructions={batch.instructions} />
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.deeds}>
        <Button variant="primary" icon="play" disabled={isStarting || !data} onClick={onStart}>
          {words.start(batch.row_count)}
        </Button>
        <Button onClick={onBack}>{words.changePrompt}</Button>
      </div>
    </Section>
  );
}
