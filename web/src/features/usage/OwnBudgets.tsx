import { useQuery } from "@tanstack/react-query";
import { Section } from "../../shared/ui/Section";
import { BudgetBar } from "./BudgetBar";
import { ownBudgetsQuery } from "./budget-queries";
import styles from "./Usage.module.css";
import { words } from "./words";

/** The budgets that one pays into; nothing where there are none. */
export function OwnBudgets() {
  const { data } = useQuery(ownBudgetsQuery);
  if (!data || data.items.length === 0) return null;
  return (
    <Section title={words.yourBudgets} note={words.yourBudgetsNote}>
      <ul className={styles.list} aria-label={words.yourBudgets}>
        {data.items.map((budget) => (
          <li key={budget.id} className={styles.row}>
            <BudgetBar budget={budget} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
