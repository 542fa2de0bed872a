import type { Budget } from "../../shared/api/types";
import { money } from "../../shared/lib/money";
import { shortly } from "./numbers";
import styles from "./Usage.module.css";
import { words } from "./words";

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** A budget: for whom, how much of it is used, and when it begins anew. */
export function BudgetBar({ budget }: { budget: Budget }) {
  const amount = (part: number) => (budget.unit === "money" ? money(part) : shortly(part));
  const whose = budget.subject_name ?? budget.subject_id ?? words.scopes.organisation;
  const used = words.used(amount(budget.used), amount(budget.amount), budget.percent);
  const asides = [
    budget.hard ? null : words.warns,
    budget.reserved > 0 ? words.reserved(amount(budget.reserved)) : null,
    budget.renews_at ? words.renews(moment.format(new Date(budget.renews_at))) : null,
  ].filter(Boolean);
  return (
    <div className={styles.budget}>
      <div>
        <span className={styles.name}>{budget.name}</span>{" "}
        <span className={styles.note}>{whose}</span>
      </div>
      <meter
        className={styles.meter}
        min={0}
        max={budget.amount}
        high={budget.amount * 0.8}
        optimum={0}
        value={Math.min(budget.used, budget.amount)}
        aria-label={`${budget.name}: ${used}`}
      />
      <div className={styles.note}>{[used, ...asides].join(" · ")}</div>
    </div>
  );
}
