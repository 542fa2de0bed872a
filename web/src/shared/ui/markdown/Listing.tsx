import { memo } from "react";
import styles from "./Listing.module.css";
import type { Run } from "./ink";
import type { Language } from "./languages";
import { useInks } from "./use-inks";

/** The letters of a listing: those that have their colours, then the newest ones, plain. */
export function Listing({ code, language }: { code: string; language: Language }) {
  const runs = useInks(code, language);
  const newest = code.slice(runs.reduce((sum, run) => sum + run.text.length, 0));
  // A comment goes on to the end of its line: its newest letters need not wait for their colour.
  const goesOn = runs.at(-1)?.ink === "comment" && !newest.startsWith("\n");
  const lineEnd = goesOn ? `${newest}\n`.indexOf("\n") : 0;
  return (
    <code className={styles.listing}>
      <Coloured runs={runs} />
      {lineEnd > 0 && <span className={styles.comment}>{newest.slice(0, lineEnd)}</span>}
      {newest.slice(lineEnd)}
    </code>
  );
}

const Coloured = memo(function Coloured({ runs }: { runs: readonly Run[] }) {
  return runs.map(({ ink, text }, index) =>
    ink === null ? (
      text
    ) : (
      // oxlint-disable-next-line react/no-array-index-key
      <span key={index} className={styles[ink]}>
        {text}
      </span>
    ),
  );
});
