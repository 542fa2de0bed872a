import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import type { LeftOut, Message } from "../../../shared/api/types";
import { aMessage } from "../testing/a-message";
import { someDeeds } from "../testing/some-deeds";
import { conversationUsageKey } from "../usage/queries";
import { AnswerMessage } from "./AnswerMessage";
import { SwitchNotes } from "./SwitchNotes";
import { ThreadDeedsContext } from "./thread-deeds";

function anAnswer(changes: Partial<Message> = {}): Message {
  return aMessage({
    role: "assistant",
    model: "Qwen3 32B",
    content: [{ type: "text", text: "The hall changes two things" }],
    ...changes,
  });
}

function show(message: Message, { isLast = true, client = new QueryClient() } = {}) {
  const deeds = someDeeds();
  render(
    <QueryClientProvider client={client}>
      <ThreadDeedsContext value={deeds}>
        <AnswerMessage message={message} isLast={isLast} />
      </ThreadDeedsContext>
    </QueryClientProvider>,
  );
  return deeds;
}

const cut = {
  code: "stream-cut",
  message: "The stream broke off.",
  retryable: true,
  provider_request_id: null,
};

test("an answer is named after the model that gave it", () => {
  show(anAnswer());

  const article = screen.getByRole("article", { name: "Answer by Qwen3 32B" });
  expect(within(article).getByText("The hall changes two things")).toBeDefined();
});

test("whoever answered in the place of the model asked for is named under the answer", () => {
  show(anAnswer({ answered_by: { model: "m", target: "Rack B", variant: "terse" } }));

  expect(screen.getByRole("article").textContent).toContain(
    "Qwen3 32B · answered by Rack B · variant terse · ",
  );
});

const lastCall = {
  input_tokens: 7,
  output_tokens: 1,
  reasoning_tokens: null,
  cached_input_tokens: null,
  cache_write_tokens: null,
};

test("an answer that was continued says what all of its calls took", () => {
  const client = new QueryClient();
  client.setQueryData(conversationUsageKey("c1"), {
    messages: [{ message_id: "m1", output_tokens: 474, cost_micros: 1_500_000 }],
  });
  show(anAnswer({ usage: lastCall }), { client });

  expect(screen.getByRole("article").textContent).toContain(" · 474\u00a0tokens · $1.50");
});

test("who failed before a first word has answered nothing, and is not named for it", () => {
  const answered_by = { model: "m", target: "Rack B", variant: null };
  show(anAnswer({ status: "failed", error: cut, content: [], answered_by }));

  expect(screen.queryByText(/answered by/)).toBeNull();
});

test("an answer by the model itself names nobody else", () => {
  show(anAnswer({ answered_by: { model: "m", target: "Qwen3 32B", variant: null } }));

  expect(screen.queryByText(/answered by/)).toBeNull();
});

test("what was left out is said where it changed, and not at each answer after it", () => {
  const leftOut = { dropped_messages: 4, summarised_messages: 0, summary_id: null };
  const client = new QueryClient();
  const at = (before: LeftOut | null) => (
    <QueryClientProvider client={client}>
      <ThreadDeedsContext value={someDeeds()}>
        <AnswerMessage message={anAnswer({ left_out: leftOut })} isLast before={before} />
      </ThreadDeedsContext>
    </QueryClientProvider>
  );
  const view = render(at(null));
  expect(screen.getByText(/4 earlier messages were left out here/)).toBeDefined();

  view.rerender(at({ ...leftOut }));

  expect(screen.queryByText(/left out here/)).toBeNull();
});

test("who took over is a line for each time", () => {
  const change = { from: "Rack A", to: "Rack B", reason: "overload", after: null } as const;
  render(
    <ThreadDeedsContext value={someDeeds()}>
      <SwitchNotes switches={[{ sequence: 2, ...change }]} />
    </ThreadDeedsContext>,
  );

  expect(screen.getByText("Rack B took over: Rack A was overloaded.")).toBeDefined();
});

const fiveMinutesAgo = () => new Date(Date.now() - 5 * 60_000).toISOString();

test.each([
  ["same", "Answered before, 5 minutes ago · Ask again"],
  ["together", "Answered together with the same question, 5 minutes ago · Ask again"],
  ["similar", "A similar question was answered before, 5 minutes ago · Ask again"],
] as const)(
  "an answer that was kept (%s) says so and can be asked for again",
  async (kind, label) => {
    const message = anAnswer({ from_cache: { at: fiveMinutesAgo(), kind, saved_tokens: 1234 } });
    const deeds = show(message);
    const article = screen.getByRole("article");
    expect(
      within(article)
        .getByText(/nswered/)
        .closest("p")?.textContent,
    ).toBe(label);
    expect(article.textContent).toContain("1,234\u00a0tokens saved");

    await userEvent.click(screen.getByRole("button", { name: "Ask again" }));

    expect(deeds.regenerate).toHaveBeenCalledWith(message);
  },
);

test("an answer that was asked for says nothing of a cache", () => {
  show(anAnswer());

  expect(screen.queryByText(/nswered before/)).toBeNull();
  expect(screen.queryByRole("button", { name: "Ask again" })).toBeNull();
});

test("a failure says what happened, what is kept, and continues first", async () => {
  const message = anAnswer({ status: "failed", error: cut });
  const deeds = show(message);

  const alert = screen.getByRole("alert");
  expect(alert.textContent).toContain("Qwen3 32B stopped answering");
  expect(alert.textContent).toContain("The 5\u00a0words above are kept.");
  const [first] = within(alert).getAllByRole("button");
  expect(first?.textContent).toBe("Continue from here");
  await userEvent.click(screen.getByRole("button", { name: "Continue from here" }));

  expect(deeds.continueAnswer).toHaveBeenCalledWith(message);
});

test("a failure before the first word offers nothing to continue", () => {
  show(anAnswer({ status: "failed", error: cut, content: [] }));

  expect(screen.getByRole("alert").textContent).toContain("Your question is kept.");
  expect(screen.queryByRole("button", { name: "Continue from here" })).toBeNull();
  expect(screen.getByRole("button", { name: "Try again" })).toBeDefined();
});

test("a refused key leads to where keys are changed", async () => {
  const error = {
    code: "provider-refused-key",
    message: "401",
    retryable: false,
    provider_request_id: "req_7",
  };
  const deeds = show(anAnswer({ status: "failed", error, content: [] }));

  await userEvent.click(screen.getByRole("button", { name: "Open models" }));

  expect(deeds.manageModels).toHaveBeenCalled();
});

test("a failure nobody foresaw shows the server's own words, and the code on demand", async () => {
  const error = {
    code: "never-heard-of",
    message: "The cat sat on the cable.",
    retryable: false,
    provider_request_id: "req_7",
  };
  show(anAnswer({ status: "failed", error }));
  expect(screen.getByRole("alert").textContent).toContain("The cat sat on the cable.");
  expect(screen.queryByText("never-heard-of")).toBeNull();

  await userEvent.click(screen.getByRole("button", { name: "Details" }));

  expect(screen.getByText("never-heard-of")).toBeDefined();
  expect(screen.getByText("req_7")).toBeDefined();
});

test.each([
  ["stopped", "You stopped this answer."],
  ["interrupted", "The server restarted. What was written is kept."],
] as const)("an answer that was %s can be continued", async (status, words) => {
  const message = anAnswer({ status });
  const deeds = show(message);
  expect(screen.getByText(words)).toBeDefined();

  await userEvent.click(screen.getByRole("button", { name: "Continue" }));

  expect(deeds.continueAnswer).toHaveBeenCalledWith(message);
});

test("an answer that something follows is tried again, not continued", async () => {
  const message = anAnswer({ status: "stopped" });
  const deeds = show(message, { isLast: false });
  expect(screen.queryByRole("button", { name: "Continue" })).toBeNull();

  await userEvent.click(screen.getByRole("button", { name: "Try again" }));

  expect(deeds.regenerate).toHaveBeenCalledWith(message);
});

test("the pager shows which version this is and leads to its neighbours", async () => {
  const message = anAnswer({ id: "b", sibling_ids: ["a", "b", "c"] });
  const deeds = show(message);
  const pager = screen.getByRole("group", { name: "Versions of this answer" });
  expect(pager.textContent).toBe("2/3");

  await userEvent.click(within(pager).getByRole("button", { name: "Next version" }));

  expect(deeds.showVersion).toHaveBeenCalledWith(message, "c");
});

test("reasoning is folded, and opens", async () => {
  show(anAnswer({ reasoning: "First, the distance." }));
  const toggle = screen.getByRole("button", { name: "Reasoning" });
  expect(toggle.getAttribute("aria-expanded")).toBe("false");
  expect(screen.queryByText("First, the distance.")).toBeNull();

  await userEvent.click(toggle);

  expect(screen.getByText("First, the distance.")).toBeDefined();
});
