/** The page of usage: sums and their days, the unknown that is not nothing, and whose it is. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { Me, UsageSums } from "../../shared/api/types";
import { fakeServer, page } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { amountOf, freshTerms, mistakesIn } from "./budget-terms";
import { daysOf } from "./days-of";
import { sinceOf } from "./queries";
import { UsagePage } from "./UsagePage";

const now = new Date("2026-11-28T15:00:00Z");
const me: Me = {
  id: "grace",
  email: "grace@example.org",
  name: "Grace",
  role: "member",
  role_name: "Member",
  has_password: true,
  permissions: [],
  read_all_allowed: false,
  created_at: "",
};

function sums(more: Partial<UsageSums> = {}): UsageSums {
  return {
    people: 1,
    calls: 4,
    finished: 3,
    failed: 1,
    from_cache: 0,
    estimated: 0,
    unpriced: 0,
    input_tokens: 1000,
    output_tokens: 500,
    cached_input_tokens: 0,
    cache_write_tokens: 0,
    reasoning_tokens: 0,
    cost_micros: 1_500_000,
    latency_ms: 1,
    ...more,
  };
}

function usage(by: "day" | "model", id: string, more: Partial<UsageSums> = {}) {
  return {
    since: "2026-10-30T00:00:00Z",
    until: "2026-11-28T15:00:00Z",
    total: sums(more),
    items: [{ of: [{ by, id, name: null }], sums: sums(more) }],
    truncated: false,
  };
}

function answers(more: Partial<UsageSums> = {}) {
  const since = encodeURIComponent(sinceOf("month", new Date()));
  fakeServer({
    [`GET /api/usage?since=${since}&by=day`]: {
      body: usage("day", "2026-11-27T00:00:00Z", more),
    },
    [`GET /api/usage?since=${since}&by=model`]: { body: usage("model", "fast", more) },
    "GET /api/budgets/mine": page([]),
  });
}

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ["Date"] });
  answers();
});

it("tells how many tokens were used, what they cost, and which model they were for", async () => {
  renderPage(<UsagePage me={me} />);

  expect(await screen.findByTitle("1,500")).toBeTruthy();
  expect(screen.getAllByText("$1.50").length).toBeGreaterThan(0);
  expect(await screen.findByRole("rowheader", { name: "fast" })).toBeTruthy();
});

it("draws a bar for each day and has the same numbers in a table", async () => {
  renderPage(<UsagePage me={me} />);

  const chart = await screen.findByRole("img", { name: /^Tokens each day\. Most on Nov 27/ });
  expect(chart.querySelectorAll("rect")).toHaveLength(30);
  const [table] = screen.getAllByText("As a table");
  if (table) await userEvent.click(table);
  expect(screen.getAllByRole("rowheader", { name: "Nov 27" }).length).toBeGreaterThan(0);
});

it("says of a price that nobody knows that it is unknown, and never nothing", async () => {
  answers({ unpriced: 4, cost_micros: 0 });
  renderPage(<UsagePage me={me} />);

  expect(await screen.findByText("4 of unknown price")).toBeTruthy();
  expect(screen.queryByText("$0.00")).toBeNull();
});

it("offers everybody's only to whoever may see it", async () => {
  renderPage(<UsagePage me={me} />);
  await screen.findByTitle("1,500");
  expect(screen.queryByLabelText("Whose")).toBeNull();

  renderPage(<UsagePage me={{ ...me, permissions: ["usage.read_all"] }} />);
  expect(within(await screen.findByLabelText("Whose")).getByText("Everybody's")).toBeTruthy();
});

it("has a day for every day of the span, whether or not anything happened", () => {
  const days = daysOf(usage("day", "2026-11-27T00:00:00Z"));

  expect(days).toHaveLength(30);
  expect(days.filter((one) => one.sums !== null)).toHaveLength(1);
});

it("reads amounts of money to the millionth and refuses what is none", () => {
  expect(amountOf({ ...freshTerms, amount: "1,250.5" })).toBe(1_250_500_000);
  expect(amountOf({ ...freshTerms, unit: "tokens", amount: "1 000" })).toBe(1000);
  for (const wrong of ["", "0", "-5", "ten", "1e20"]) {
    expect(amountOf({ ...freshTerms, amount: wrong })).toBeNull();
  }
  expect(mistakesIn({ ...freshTerms, scope: "person" })).toEqual(
    new Set(["name", "subject", "amount"]),
  );
});
