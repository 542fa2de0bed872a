import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { LeftOut } from "../../../shared/api/types";
import { ContextNote } from "./ContextNote";

afterEach(() => vi.unstubAllGlobals());

function show(leftOut: Partial<LeftOut>, summaryFailed = false) {
  const all = { dropped_messages: 0, summarised_messages: 0, summary_id: null, ...leftOut };
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ContextNote conversationId="c1" leftOut={all} summaryFailed={summaryFailed} />
    </QueryClientProvider>,
  );
}

test("what was left out is said", () => {
  show({ dropped_messages: 1 });

  expect(screen.getByText(/1 earlier message was left out here/)).toBeTruthy();
});

test("that there was to be a summary is said too", () => {
  show({ dropped_messages: 6 }, true);

  expect(
    screen.getByText(/6 earlier messages were left out here.*summarising failed/),
  ).toBeTruthy();
});

test("a summary is read when it is opened, and not before", async () => {
  const fetching = vi.fn<() => Promise<Response>>(() =>
    Promise.resolve(Response.json({ text: "The van was asked about." })),
  );
  vi.stubGlobal("fetch", fetching);
  show({ summarised_messages: 12, summary_id: "s1" });
  expect(fetching).not.toHaveBeenCalled();

  await userEvent.click(
    screen.getByRole("button", { name: "12\u00a0earlier messages were summarised" }),
  );

  expect(await screen.findByText("The van was asked about.")).toBeTruthy();
});
