import { type DragEvent, useRef, useState } from "react";
import { Button } from "../../shared/ui/Button";
import styles from "./FileDrop.module.css";
import { type Sending, UploadProgress } from "./UploadProgress";
import { words } from "./words";

export interface FileDropProps {
  /** The file that is on its way, if one is. */
  sending: Sending | null;
  /** What was wrong with the last one. */
  problem: string | null;
  onFile: (file: File) => void;
}

/** Takes one file, dropped or chosen. */
export function FileDrop({ sending, problem, onFile }: FileDropProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file && sending === null) onFile(file);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <div
      className={styles.drop}
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      {sending === null ? (
        <>
          <h2 className={styles.title}>{words.dropTitle}</h2>
          <p className={styles.lead}>{words.dropLead}</p>
          <Button large variant="primary" onClick={() => input.current?.click()}>
            {words.choose}
          </Button>
          <input
            ref={input}
            hidden
            type="file"
            accept=".csv,.tsv,.txt,.jsonl,.ndjson,text/csv"
            onChange={(event) => {
              take(event.target.files);
              // The same file, mended, is a change too.
              event.target.value = "";
            }}
          />
          <a className={styles.example} href="/example-reviews.csv" download>
            {words.example}
          </a>
        </>
      ) : (
        <UploadProgress {...sending} />
      )}
      {problem !== null && sending === null && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
