import { LinkButton } from "../../../shared/ui/LinkButton";
import { words as catalogue } from "../words";
import styles from "./EndNotice.module.css";

/** Two hairlines, one sentence, one way on. */
export function EndNotice({
  words,
  canContinue,
  onContinue,
  onTryAgain,
}: {
  words: string;
  /** Else the way on is to try again. */
  canContinue: boolean;
  onContinue: () => void;
  onTryAgain: () => void;
}) {
  return (
    <div className={styles.notice}>
      <span>{words}</span>
      <LinkButton className={styles.way} onClick={canContinue ? onContinue : onTryAgain}>
        {canContinue ? catalogue.continue : catalogue.tryAgain}
      </LinkButton>
    </div>
  );
}
