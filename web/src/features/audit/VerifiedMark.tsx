import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Verdict } from "../../shared/api/types";
import { ago } from "../../shared/lib/ago";
import { useNow } from "../../shared/lib/use-now";
import { Button } from "../../shared/ui/Button";
import { State } from "../../shared/ui/State";
import { showToast } from "../../shared/ui/toast-list";
import { verify } from "./queries";
import styles from "./VerifiedMark.module.css";
import { exactTime, verdictWords, words } from "./words";

/** Whether every row is as it was written, as far as somebody looked; and the way to look now. */
export function VerifiedMark({ verdict }: { verdict: Verdict | null }) {
  const client = useQueryClient();
  const verifying = useMutation({
    mutationFn: () => verify(client),
    onError: () => showToast(words.cannotVerify),
  });
  return (
    <div className={styles.mark} data-broken={verdict !== null && verdict.fault !== null}>
      <div className={styles.words} role="status">
        {verifying.isPending ? (
          <State kind="running">{words.verifying}</State>
        ) : (
          <Found verdict={verdict} />
        )}
      </div>
      <Button
        variant="quiet"
        icon="shield"
        disabled={verifying.isPending}
        onClick={() => verifying.mutate()}
      >
        {verdict === null ? words.verify : words.verifyAgain}
      </Button>
    </div>
  );
}

function Found({ verdict }: { verdict: Verdict | null }) {
  const now = useNow(30_000);
  if (verdict === null) return <State kind="off">{words.notVerified}</State>;
  const { fault, checked_at } = verdict;
  return (
    <>
      <State kind={fault === null ? "done" : "loss"}>
        {fault === null ? verdictWords(verdict) : words.notWhole}
      </State>
      {fault !== null && <p>{verdictWords(verdict)}</p>}
      <time dateTime={checked_at} title={exactTime(checked_at)}>
        {ago(new Date(checked_at), now)}
      </time>
    </>
  );
}
