import { BudgetsPage } from "../features/usage/BudgetsPage";
import { PlainPage } from "./PlainPage";
import { words } from "./words";

/** `/budgets`: how much may be used, and how much of it is. */
export function BudgetsRoute() {
  return (
    <PlainPage title={words.budgets}>
      <BudgetsPage />
    </PlainPage>
  );
}
