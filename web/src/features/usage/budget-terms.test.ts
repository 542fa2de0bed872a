/** What is typed as the amount of a budget: read as it was meant, or not at all. */
import { expect, test } from "vitest";
import { amountOf, freshTerms } from "./budget-terms";

const micros = 1_000_000;

test.each([
  ["12,50", 12.5],
  ["12,5", 12.5],
  ["0,05", 0.05],
  ["12.50", 12.5],
  [".5", 0.5],
  ["0.125", 0.125],
  [" 1250 ", 1_250],
  ["1,250", 1_250],
  ["1,250,000.75", 1_250_000.75],
  ["1.250,50", 1_250.5],
  ["1.250.000", 1_250_000],
  ["1 250,50", 1_250.5],
  ["1\u202f250,50", 1_250.5],
  ["1\u00a0250 000", 1_250_000],
  ["1’250.50", 1_250.5],
  ["1_000", 1_000],
])("“%s” is %d dollars", (amount, dollars) => {
  expect(amountOf({ ...freshTerms, amount })).toBe(dollars * micros);
});

test.each(["0,125", "12,5000", "1,25,000", "12 50", "1.25.000", "1,250.000,5", "5.", "$5", "0x10"])(
  "“%s” may mean more than one number, or none, and is refused",
  (amount) => {
    expect(amountOf({ ...freshTerms, amount })).toBeNull();
  },
);

const tokens = (amount: string) => amountOf({ ...freshTerms, unit: "tokens", amount });

test("tokens are whole", () => {
  expect(tokens("1,000")).toBe(1_000);
  expect(tokens("1 000 000")).toBe(1_000_000);
  expect(tokens("12,50")).toBeNull();
  expect(tokens("1.250")).toBeNull();
});
