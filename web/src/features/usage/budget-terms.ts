/** What is filled in about a budget, before it is sent. */
import type { Budget, BudgetDraft } from "../../shared/api/types";
import { typedNumber } from "./typed-number";

export interface BudgetTerms {
  name: string;
  scope: Budget["scope"];
  subject: string;
  unit: Budget["unit"];
  amount: string;
  period: Budget["period"];
  hard: boolean;
}

export type Mistake = "name" | "subject" | "amount";

export const freshTerms: BudgetTerms = {
  name: "",
  scope: "organisation",
  subject: "",
  unit: "money",
  amount: "",
  period: "month",
  hard: true,
};

const micros = 1_000_000;

export function termsOf(budget: Budget): BudgetTerms {
  const { name, scope, subject_id, unit, amount, period, hard } = budget;
  const shown = String(unit === "money" ? amount / micros : amount);
  return { name, scope, subject: subject_id ?? "", unit, amount: shown, period, hard };
}

/** Tokens, or millionths of a dollar; null where it is no amount. */
export function amountOf({ unit, amount }: BudgetTerms): number | null {
  const number = typedNumber(amount);
  if (number === null) return null;
  const found = unit === "money" ? Math.round(number * micros) : number;
  return Number.isInteger(found) && found >= 1 && found <= 1e15 ? found : null;
}

export function mistakesIn(terms: BudgetTerms): ReadonlySet<Mistake> {
  const found = new Set<Mistake>();
  if (terms.name.trim() === "") found.add("name");
  if (terms.scope !== "organisation" && terms.subject === "") found.add("subject");
  if (amountOf(terms) === null) found.add("amount");
  return found;
}

export function draftOf(terms: BudgetTerms): BudgetDraft {
  const { scope, unit, period, hard } = terms;
  return {
    name: terms.name.trim(),
    scope,
    subject_id: scope === "organisation" ? null : terms.subject,
    unit,
    amount: amountOf(terms) ?? 1,
    period,
    hard,
  };
}
