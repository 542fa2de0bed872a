import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ContextGauge as Gauge, Conversation } from "../../../shared/api/types";
import { aGauge } from "../testing/a-context";
import { aConversation } from "../testing/a-conversation";
import { aMessage } from "../testing/a-message";
import { ContextGauge, type ContextGaugeProps } from "./ContextGauge";

const asked: { method: string; path: string; body: unknown }[] = [];
let gauge: Gauge;
let conversation: Conversation;

beforeEach(() => {
  asked.length = 0;
  gauge = aGauge();
  conversation = aConversation();
  vi.stubGlobal("fetch", (input: RequestInfo | URL, init: RequestInit = {}) => {
    const path = input instanceof Request ? input.url : input.toString();
    const body = typeof init.body === "string" ? JSON.parse(init.body) : null;
    asked.push({ method: init.method ?? "GET", path, body });
    const answer = path.includes("/context") ? gauge : { ...conversation, ...body };
    return Promise.resolve(Response.json(answer));
  });
});

afterEach(() => vi.unstubAllGlobals());

function show(changes: Partial<ContextGaugeProps> = {}) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const props: ContextGaugeProps = {
    draft: "",
    conversationId: "c1",
    head: aMessage({ id: "m2", role: "assistant" }),
    model: "small",
    maxTokens: undefined,
    models: [],
    modelName: (id) => id ?? "The model",
    ...changes,
  };
  const tree = (more: Partial<ContextGaugeProps>) => (
    <QueryClientProvider client={client}>
      <ContextGauge {...props} {...more} />
    </QueryClientProvider>
  );
  const view = render(tree({}));
  return { again: (more: Partial<ContextGaugeProps>) => view.rerender(tree(more)) };
}

const meter = () => screen.findByRole("meter", { name: "Context" });

async function open() {
  await userEvent.click(await screen.findByRole("button", { name: "Show what fills the context" }));
  return within(await screen.findByRole("dialog"));
}

test("the line says how full the context is, in numbers", async () => {
  show();

  const line = await meter();

  expect(line.ariaValueNow).toBe("17");
  expect(line.getAttribute("aria-valuetext")).toBe(
    "about 1,000 of 6,000\u00a0tokens, 17\u00a0% full",
  );
});

test("it is asked once, and what is typed is weighed here", async () => {
  const { again } = show();
  await meter();

  again({ draft: "How far is it to the next stop of the van? ".repeat(100) });

  await waitFor(async () => expect(Number((await meter()).ariaValueNow)).toBeGreaterThan(25));
  expect(asked.filter(({ path }) => path.includes("/context"))).toHaveLength(1);
});

test("opened, it names the parts with their tokens, and what is kept for the answer", async () => {
  gauge = aGauge({ system: 980, history: 1_200, tools: 300, total: 2_480 });
  show();

  const parts = await open();

  const said = parts.getAllByRole("term").map((term) => term.textContent);
  expect(said).toEqual(["Instructions", "Conversation", "Tools", "Kept for the answer", "Free"]);
  expect(parts.getByText("1,200")).toBeTruthy();
  expect(parts.getByText("2,000")).toBeTruthy();
});

test("what happens when it is full is chosen there, and kept with the conversation", async () => {
  show();
  const parts = await open();

  await userEvent.click(parts.getByRole("radio", { name: /Summarise the older part/ }));

  await waitFor(() =>
    expect(asked).toContainEqual({
      method: "PATCH",
      path: expect.stringContaining("/api/conversations/c1"),
      body: { context_policy: { name: "summarise", model: null } },
    }),
  );
  expect(await parts.findByRole("combobox", { name: "Summarised by" })).toBeTruthy();
});

test("what happens when it is full is the owner's choice, and offered to nobody else", async () => {
  conversation = aConversation({ access: "editor", is_shared: true });
  show();
  await waitFor(() => expect(asked.map(({ path }) => path)).toContain("/api/conversations/c1"));

  const parts = await open();

  expect(parts.queryByRole("radio")).toBeNull();
});

test("before the limit it is said in words", async () => {
  gauge = aGauge({ history: 5_400, total: 5_400 });
  show();

  expect((await screen.findByRole("status")).textContent).toContain("nearly full");
});

test("a new chat has a gauge, and no conversation to choose for", async () => {
  show({ conversationId: null, head: undefined });

  const parts = await open();

  expect(parts.queryByRole("radio")).toBeNull();
  expect(asked[0]?.path).toContain("/api/context?");
});

test("where nobody knows the window, that is said", async () => {
  gauge = aGauge({ limit: null });
  show();

  const parts = await open();

  expect(parts.getByText("Nobody says how much small can read at once.")).toBeTruthy();
});
