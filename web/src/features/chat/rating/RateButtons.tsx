import { useRef, useState } from "react";
import type { Message, Rating } from "../../../shared/api/types";
import { IconButton } from "../../../shared/ui/IconButton";
import { useThreadDeeds } from "../thread/thread-deeds";
import { words } from "../words";
import styles from "./Rating.module.css";
import { ReasonPopover } from "./ReasonPopover";

const verdicts = ["up", "down"] as const satisfies readonly Rating["verdict"][];

/** What the reader thinks of an answer. Kept at the first press; then they may say why, and need not. */
export function RateButtons({ message }: { message: Message }) {
  const deeds = useThreadDeeds();
  const buttons = useRef<HTMLSpanElement>(null);
  const [isAsked, setIsAsked] = useState(false);
  const { rating } = message;

  const press = async (verdict: Rating["verdict"]) => {
    if (rating?.verdict === verdict) {
      setIsAsked(false);
      await deeds.rate(message, null);
    } else if (await deeds.rate(message, { verdict, reason: null })) {
      setIsAsked(true);
    }
  };
  return (
    <span ref={buttons} className={styles.buttons} role="group" aria-label={words.rate}>
      {verdicts.map((verdict) => (
        <IconButton
          key={verdict}
          icon={`thumb-${verdict}`}
          label={words.verdicts[verdict]}
          data-tooltip={tooltipOf(verdict, rating)}
          aria-pressed={rating?.verdict === verdict}
          className={styles.button}
          onClick={() => void press(verdict)}
        />
      ))}
      {rating && (
        <ReasonPopover
          anchor={buttons}
          open={isAsked}
          verdict={rating.verdict}
          onSave={async (reason) => {
            if (await deeds.rate(message, { verdict: rating.verdict, reason })) setIsAsked(false);
          }}
          onClose={() => setIsAsked(false)}
        />
      )}
    </span>
  );
}

function tooltipOf(verdict: Rating["verdict"], rating: Rating | null): string {
  const name = words.verdicts[verdict];
  return rating?.verdict === verdict && rating.reason ? `${name}: ${rating.reason}` : name;
}
