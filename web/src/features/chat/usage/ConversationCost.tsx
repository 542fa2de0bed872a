import { useQuery } from "@tanstack/react-query";
import type { ConversationUsage } from "../../../shared/api/types";
import { money } from "../../../shared/lib/money";
import { counted, words } from "../words";
import styles from "./Usage.module.css";
import { conversationUsageQuery } from "./queries";

type Used = ConversationUsage["total"];

/** What the answers that are shown used; and beside them, where that is more, every answer of every branch and its summaries. */
export function ConversationCost({ conversationId }: { conversationId: string }) {
  const { data } = useQuery(conversationUsageQuery(conversationId));
  if (!data || data.total.calls === 0) return null;
  const { branch, total } = data;
  // While its first answer is written, a branch has nothing to show beside the whole.
  const isAll = branch.calls === 0 || branch.calls === total.calls;
  return (
    <span className={styles.whole}>
      {!isAll && (
        <span title={words.branchTitle(branch.unpriced)}>
          {words.shown} <Amount used={branch} />
        </span>
      )}
      <span title={words.usedTitle(total.unpriced)}>
        {!isAll && `${words.inAll} `}
        <Amount used={total} />
      </span>
    </span>
  );
}

/** Where nobody knows the price, nothing is said of money. */
function Amount({ used: { input_tokens, output_tokens, cost_micros } }: { used: Used }) {
  const tokens = counted(input_tokens + output_tokens, "token", "tokens");
  return cost_micros === null ? tokens : `${tokens} · ${money(cost_micros)}`;
}
