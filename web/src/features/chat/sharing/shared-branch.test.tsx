/** The versions of a shared conversation, as its owner and as somebody else looks through them. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import type { Conversation, Model } from "../../../shared/api/types";
import { type Answers, fakeServer, page, problem } from "../../../shared/testing/fake-server";
import { dismissToast, toastList } from "../../../shared/ui/toast-list";
import { ChatPage } from "../ChatPage";
import { openOutbox } from "../outbox/open-outbox";
import { OutboxContext } from "../outbox/outbox-context";
import { threadKey } from "../queries";
import { aConversation } from "../testing/a-conversation";
import { aMessage } from "../testing/a-message";
import { giveSizes } from "../testing/give-sizes";

const question = aMessage({ id: "q", content: [{ type: "text", text: "Which tree is this?" }] });
const oak = anAnswer("oak");
const elm = anAnswer("elm");
const small: Model = {
  id: "small",
  name: "Small",
  kind: "local",
  connection_id: null,
  connection_name: "This machine",
  where: "this-machine",
  context_tokens: 8192,
  capabilities: [],
  loaded: false,
  size_bytes: null,
  targets: [],
  own: false,
  starter: false,
  takes: {
    temperature: null,
    top_p: null,
    max_tokens: null,
    stop: 0,
    seed: false,
    reasoning_efforts: [],
    json_schema: false,
  },
  price: null,
};
const accepted = { turn_id: "t", user_message_id: "q2", assistant_message_id: "a2" };

function anAnswer(id: string) {
  return aMessage({
    id,
    parent_id: "q",
    role: "assistant",
    model: "small",
    content: [{ type: "text", text: `It is an ${id}.` }],
    sibling_ids: ["elm", "oak"],
  });
}

const messages = "GET /api/conversations/c1/messages";

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({
    matches: false,
    addEventListener: () => {},
    removeEventListener: () => {},
  }));
  giveSizes();
  for (const { id } of toastList.read()) dismissToast(id);
});

const nothing = () => {};

async function show(access: Conversation["access"], more: Answers = {}) {
  const server = fakeServer({
    "GET /api/conversations/c1": { body: aConversation({ access, is_shared: true }) },
    [`${messages}?through=head&limit=40`]: page([oak, question]),
    [`${messages}?through=elm&limit=40`]: page([elm, question]),
    "PATCH /api/conversations/c1": problem(404, "conversation-not-found"),
    "POST /api/conversations/c1/turns": { status: 202, body: accepted },
    ...more,
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const outbox = openOutbox(client, "grace");
  outbox.open();
  render(
    <QueryClientProvider client={client}>
      <OutboxContext value={outbox}>
        <ChatPage
          personId="grace"
          conversationId="c1"
          initialText={null}
          initialModel={null}
          lead={null}
          models={[small]}
          renderModelPicker={() => null}
          onManageModels={nothing}
          onOpen={nothing}
          onNewChat={nothing}
        />
      </OutboxContext>
    </QueryClientProvider>,
  );
  await screen.findByText("It is an oak.");
  // Whose it is came with the conversation.
  await waitFor(() => expect(client.getQueryData(["conversation", "c1"])).toBeDefined());
  const patches = () => server.sentTo("PATCH /api/conversations/c1");
  return { client, server, patches };
}

const told = () => toastList.read().map(({ message }) => message);

async function lookAtElm() {
  await userEvent.click(screen.getByRole("button", { name: "Previous version" }));
}

async function ask(text: string) {
  await userEvent.type(screen.getByRole("textbox", { name: "Message" }), `${text}{Enter}`);
}

test("somebody else looks at another version without changing what the owner sees", async () => {
  const { client, patches } = await show("viewer");

  await lookAtElm();
  await screen.findByText("It is an elm.");
  await client.invalidateQueries({ queryKey: threadKey("c1") });

  expect(screen.getByText("It is an elm.")).toBeDefined();
  expect(patches()).toEqual([]);
  expect(told()).toEqual([]);
});

test("what somebody else asks follows what they look at", async () => {
  const { server } = await show("editor");
  await lookAtElm();
  await screen.findByText("It is an elm.");

  await ask("How old is it?");

  await waitFor(() =>
    expect(server.sentTo("POST /api/conversations/c1/turns")).toEqual([
      expect.objectContaining({ content: "How old is it?", parent_id: "elm" }),
    ]),
  );
});

test("what the owner asks follows what the conversation shows", async () => {
  const { server } = await show("owner");

  await ask("How old is it?");

  await waitFor(() =>
    expect(server.sentTo("POST /api/conversations/c1/turns")).toEqual([
      expect.not.objectContaining({ parent_id: expect.anything() }),
    ]),
  );
});

test("a version the owner chooses is shown to all from then on", async () => {
  const { patches } = await show("owner", {
    "PATCH /api/conversations/c1": { body: aConversation({ head_id: "elm", is_shared: true }) },
  });

  await lookAtElm();

  await waitFor(() => expect(patches()).toEqual([{ head_id: "elm" }]));
  expect(screen.getByText("It is an elm.")).toBeDefined();
});

test("a version the server could not keep is taken back", async () => {
  await show("owner", {
    "PATCH /api/conversations/c1": problem(503, "unavailable"),
  });

  await lookAtElm();

  await waitFor(() => expect(told()).toEqual(["That did not work. Try again."]));
  expect(await screen.findByText("It is an oak.")).toBeDefined();
  expect(screen.queryByText("It is an elm.")).toBeNull();
});
