import type { FromCache } from "../../../shared/api/types";
import { useNow } from "../../../shared/lib/use-now";
import { Icon } from "../../../shared/ui/Icon";
import { LinkButton } from "../../../shared/ui/LinkButton";
import { agoInWords } from "../../../shared/lib/ago-in-words";
import { words } from "../words";
import styles from "./CacheNote.module.css";

/** Enough for “5 minutes ago”. */
const everyMs = 30_000;
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

/** This answer was not asked for: when it was given, and the way to another one. */
export function CacheNote({
  fromCache,
  onAskAgain,
}: {
  fromCache: FromCache;
  /** Not there while the answer is still being said. */
  onAskAgain: (() => void) | undefined;
}) {
  const at = new Date(fromCache.at);
  return (
    <p className={styles.note}>
      <Icon name="clock" />
      <span>
        {words.answeredBefore[fromCache.kind]},{" "}
        <time dateTime={fromCache.at} title={whole.format(at)}>
          {agoInWords(at, useNow(everyMs))}
        </time>
        {onAskAgain && (
          <>
            <span aria-hidden="true" className={styles.dot}>
              {" · "}
            </span>
            <LinkButton className={styles.way} onClick={onAskAgain}>
              {words.askAgain}
            </LinkButton>
          </>
        )}
      </span>
    </p>
  );
}
