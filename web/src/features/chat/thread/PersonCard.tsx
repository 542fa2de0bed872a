import { useState } from "react";
import { LinkButton } from "../../../shared/ui/LinkButton";
import { counted } from "../words";
import styles from "./PersonCard.module.css";

const longerThan = 4_000;
const shownAtFirst = 1_500;

/** The words themselves, as written. Something very long is folded, so that the thread stays readable and quick. */
export function PersonCard({ text, muted = false }: { text: string; muted?: boolean }) {
  const [isWhole, setIsWhole] = useState(false);
  const isFolded = text.length > longerThan && !isWhole;
  return (
    <div className={styles.card} data-muted={muted}>
      {isFolded ? `${text.slice(0, shownAtFirst).trimEnd()} …` : text}
      {isFolded && (
        <div className={styles.more}>
          <LinkButton onClick={() => setIsWhole(true)}>
            Show all {counted(text.length, "character", "characters")}
          </LinkButton>
        </div>
      )}
    </div>
  );
}
