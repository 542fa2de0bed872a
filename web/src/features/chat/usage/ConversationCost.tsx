import { useQuery } from "@tanstack/react-query";
import { money } from "../../../shared/lib/money";
import { counted, words } from "../words";
import styles from "./Usage.module.css";
import { conversationUsageQuery } from "./queries";

/** What the whole conversation used: every answer of every branch, and its summaries. */
export function ConversationCost({ conversationId }: { conversationId: string }) {
  const { data } = useQuery(conversationUsageQuery(conversationId));
  if (!data || data.total.calls === 0) return null;
  const { input_tokens, output_tokens, cost_micros, unpriced } = data.total;
  const tokens = counted(input_tokens + output_tokens, "token", "tokens");
  return (
    <span className={styles.whole} title={words.usedTitle(unpriced)}>
      {cost_micros === null ? tokens : `${tokens} · ${money(cost_micros)}`}
    </span>
  );
}
