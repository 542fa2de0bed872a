/** What a conversation cost: the branch that is shown beside the whole, and no sum of money where nobody knows one. */
import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { ConversationUsage } from "../../../shared/api/types";
import { fakeServer } from "../../../shared/testing/fake-server";
import { renderPage } from "../../../shared/testing/render-page";
import { ConversationCost } from "./ConversationCost";

type Used = ConversationUsage["total"];

function used(calls: number, more: Partial<Used> = {}): Used {
  return {
    calls,
    unpriced: 0,
    estimated: 0,
    input_tokens: calls * 7,
    output_tokens: calls * 3,
    cost_micros: calls * 13_000,
    ...more,
  };
}

function show(branch: Used, total: Used) {
  const body = { total, branch, other: used(0), messages: [] };
  fakeServer({ "GET /api/conversations/c1/usage": { body } });
  renderPage(<ConversationCost conversationId="c1" />);
}

test("without other branches there is one sum", async () => {
  show(used(2), used(2));

  const whole = await screen.findByTitle("All answers of this conversation");
  expect(whole.textContent).toBe("20\u00a0tokens · $0.03");
  expect(screen.queryByText(/Shown/)).toBeNull();
});

test("where others were written, too, the branch that is shown stands beside the whole", async () => {
  show(used(1), used(3));

  expect((await screen.findByTitle("The answers that are shown")).textContent).toBe(
    "Shown 10\u00a0tokens · $0.01",
  );
  expect(screen.getByTitle("All answers of this conversation").textContent).toBe(
    "In all 30\u00a0tokens · $0.04",
  );
});

test("of a price that nobody knows nothing is said, least of all zero", async () => {
  show(used(1, { cost_micros: null, unpriced: 1 }), used(2, { unpriced: 1 }));

  expect(
    (await screen.findByTitle("The answers that are shown. The price of some is not known."))
      .textContent,
  ).toBe("Shown 10\u00a0tokens");
  expect(screen.queryByText(/\$0\.00/)).toBeNull();
});
