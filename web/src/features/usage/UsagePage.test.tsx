/** The page of usage: sums and their days, the unknown that is not nothing, and whose it is. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { Me, UsageSums } from "../../shared/api/types";
import { type Answers, fakeServer, page } from "../../shared/testing/fake-server";
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

function ratings(up: number, down: number) {
  const sums = { up, down };
  const items = up + down > 0 ? [{ of: [{ by: "model", id: "fast", name: null }], sums }] : [];
  return { since: "", until: "", total: sums, items, truncated: false };
}

function answers(more: Partial<UsageSums> = {}, others: Answers = {}) {
  const since = encodeURIComponent(sinceOf("month", new Date()));
  fakeServer({
    [`GET /api/usage?since=${since}&by=day`]: {
      body: usage("day", "2026-11-27T00:00:00Z", more),
    },
    [`GET /api/usage?since=${since}&by=model`]: { body: usage("model", "fast", more) },
    "GET /api/budgets/mine": page([]),
    [`GET /api/usage/sessions?since=${since}`]: {
      body: {
        since: "2026-10-30T00:00:00Z",
        until: "2026-11-29T00:00:00Z",
        total: { sessions: 3, p50_seconds: 720, p90_seconds: 5400 },
        items: [
          {
            day: "2026-11-27T00:00:00Z",
            sums: { sessions: 3, p50_seconds: 720, p90_seconds: 5400 },
          },
        ],
      },
    },
    [`GET /api/usage/ratings?since=${since}&by=model`]: { body: ratings(9, 3) },
    ...others,
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

it("tells how long people are at it, at a time and each day", async () => {
  renderPage(<UsagePage me={me} />);

  expect(await screen.findByText("half of 3 sessions; 9 of 10 under 1 h 30 min")).toBeTruthy();
  expect(
    await screen.findByRole("img", { name: /^Session length each day.*: 12 min/ }),
  ).toBeTruthy();
});

it("counts what people thought of answers, and gives it as a file", async () => {
  renderPage(<UsagePage me={me} />);

  const part = await screen.findByRole("region", { name: "Ratings" });
  const row = await within(part).findByRole("row", { name: /^fast/ });
  expect(
    within(row)
      .getAllByRole("cell")
      .map((cell) => cell.textContent),
  ).toEqual(["9", "3", "75.0 %"]);
  const file = within(part).getByRole("link", { name: "CSV" }).getAttribute("href");
  expect(file).toMatch(/^\/api\/usage\/ratings\/export\?since=/);
});

it("says that nothing was rated, without an empty table", async () => {
  const since = encodeURIComponent(sinceOf("month", new Date()));
  answers({}, { [`GET /api/usage/ratings?since=${since}&by=model`]: { body: ratings(0, 0) } });
  renderPage(<UsagePage me={me} />);

  const part = await screen.findByRole("region", { name: "Ratings" });
  expect(within(part).getByText("No answer was rated in this time.")).toBeTruthy();
  expect(within(part).queryByRole("table")).toBeNull();
});

it("says which share of requests was answered, and calls nothing whole that is not", async () => {
  answers({ calls: 100_000, failed: 1 });
  renderPage(<UsagePage me={me} />);

  expect(await screen.findByText("99.99 %")).toBeTruthy();
  expect(screen.getByText("1 failed")).toBeTruthy();
});

it("draws requests and failures, and no chart of what never happened", async () => {
  renderPage(<UsagePage me={me} />);

  expect(await screen.findByRole("img", { name: /^Failed requests each day/ })).toBeTruthy();
  expect(screen.queryByRole("img", { name: /^Answers from the cache/ })).toBeNull();
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
