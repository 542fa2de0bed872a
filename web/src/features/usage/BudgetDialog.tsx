import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "../../shared/api/api-problem";
import type { Budget } from "../../shared/api/types";
import { FormDialog } from "../../shared/ui/FormDialog";
import { BudgetFields } from "./BudgetFields";
import { changeBudget, lookAgain, makeBudget } from "./budget-queries";
import { draftOf, freshTerms, type Mistake, mistakesIn, termsOf } from "./budget-terms";
import { words } from "./words";

const none: ReadonlySet<Mistake> = new Set();

/** A new budget, or another amount for one. */
export function BudgetDialog({ budget, onClose }: { budget: Budget | null; onClose: () => void }) {
  const client = useQueryClient();
  const [terms, setTerms] = useState(budget ? termsOf(budget) : freshTerms);
  const [wasTried, setWasTried] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const save = async () => {
    setWasTried(true);
    if (mistakesIn(terms).size > 0 || isBusy) return;
    setIsBusy(true);
    try {
      const draft = draftOf(terms);
      const { name, amount, period, hard } = draft;
      await (budget ? changeBudget(budget.id, { name, amount, period, hard }) : makeBudget(draft));
      await lookAgain(client);
      onClose();
    } catch (error) {
      setFailure(error instanceof ApiProblem ? error.detail : words.failed);
      setIsBusy(false);
    }
  };
  return (
    <FormDialog
      title={budget ? words.changeTitle(budget.name) : words.makeTitle}
      submit={budget ? words.save : words.make}
      isBusy={isBusy}
      failure={failure}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <BudgetFields
        terms={terms}
        mistakes={wasTried ? mistakesIn(terms) : none}
        isNew={!budget}
        onChange={setTerms}
      />
    </FormDialog>
  );
}
