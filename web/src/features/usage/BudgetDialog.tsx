import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem } from "../../shared/api/api-problem";
import type { Budget } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { BudgetFields } from "./BudgetFields";
import { changeBudget, lookAgain, makeBudget } from "./budget-queries";
import { draftOf, freshTerms, type Mistake, mistakesIn, termsOf } from "./budget-terms";
import styles from "./Usage.module.css";
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
  const send = (event: FormEvent) => {
    event.preventDefault();
    void save();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={budget ? words.changeTitle(budget.name) : words.makeTitle}
    >
      <form className={styles.form} onSubmit={send} noValidate>
        <BudgetFields
          terms={terms}
          mistakes={wasTried ? mistakesIn(terms) : none}
          isNew={!budget}
          onChange={setTerms}
        />
        {failure && (
          <p className={styles.failure} role="alert">
            {failure}
          </p>
        )}
        <div className={styles.deeds}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="primary" disabled={isBusy}>
            {budget ? words.save : words.make}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
