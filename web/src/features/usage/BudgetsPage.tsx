/** The inside of the page "Budgets": how each stands, and adding, changing and deleting them. */
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Budget } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { EmptyState } from "../../shared/ui/EmptyState";
import { IconButton } from "../../shared/ui/IconButton";
import { Menu, MenuItem } from "../../shared/ui/Menu";
import { PageBody } from "../../shared/ui/PageBody";
import { showToast } from "../../shared/ui/toast-list";
import { TryAgain } from "../../shared/ui/TryAgain";
import { BudgetBar } from "./BudgetBar";
import { BudgetDialog } from "./BudgetDialog";
import { budgetsQuery, deleteBudget, lookAgain, makeBudget } from "./budget-queries";
import styles from "./Usage.module.css";
import { words } from "./words";

export function BudgetsPage() {
  const { data, isError, refetch } = useQuery(budgetsQuery);
  const [asked, setAsked] = useState<Budget | "new" | null>(null);
  const remove = useDelete();
  const add = (
    <Button icon="plus" variant="primary" onClick={() => setAsked("new")}>
      {words.make}
    </Button>
  );
  return (
    <PageBody title={words.budgets} lead={words.budgetsLead} action={add}>
      {isError && !data && <TryAgain onTry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <EmptyState
          title={words.noBudgetsTitle}
          action={<Button onClick={() => setAsked("new")}>{words.make}</Button>}
        >
          {words.noBudgetsLead}
        </EmptyState>
      )}
      {data && data.items.length > 0 && (
        <ul className={styles.list} aria-label={words.list}>
          {data.items.map((budget) => (
            <li key={budget.id} className={styles.row}>
              <BudgetBar budget={budget} />
              <Menu trigger={<IconButton icon="more" label={words.more(budget.name)} />}>
                <MenuItem icon="pen" onSelect={() => setAsked(budget)}>
                  {words.change}
                </MenuItem>
                <MenuItem icon="trash" loss onSelect={() => void remove(budget)}>
                  {words.delete}
                </MenuItem>
              </Menu>
            </li>
          ))}
        </ul>
      )}
      {asked && (
        <BudgetDialog budget={asked === "new" ? null : asked} onClose={() => setAsked(null)} />
      )}
    </PageBody>
  );
}

/** Deletes at once and offers the way back: the same budget made again begins with what was used. */
function useDelete() {
  const client = useQueryClient();
  return async (budget: Budget) => {
    const { name, scope, subject_id, unit, amount, period, hard } = budget;
    const draft = { name, scope, subject_id, unit, amount, period, hard };
    const undo = () => void attempt(client, () => makeBudget(draft));
    if (await attempt(client, () => deleteBudget(budget.id))) {
      showToast(words.deleted(name), { undo });
    }
  };
}

async function attempt(client: QueryClient, deed: () => Promise<unknown>): Promise<boolean> {
  try {
    await deed();
    return true;
  } catch {
    showToast(words.failed);
    return false;
  } finally {
    await lookAgain(client);
  }
}
