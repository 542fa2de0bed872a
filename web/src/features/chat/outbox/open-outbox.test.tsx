/** When a waiting message may go: what this page has read counts while it is new, else the server is asked. */
import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { fakeServer } from "../../../shared/testing/fake-server";
import { threadKey } from "../queries";
import { aConversation } from "../testing/a-conversation";
import { aMessage } from "../testing/a-message";
import type { ThreadData } from "../thread/thread-data";
import { openOutbox } from "./open-outbox";

const question = { id: "q9", conversationId: "c1", text: "And then?", model: "m", writtenAt: 1 };
const accepted = { turn_id: "t9", user_message_id: "q9", assistant_message_id: "a9" };

function aBrowserWith({ running }: { running: string[] }) {
  const client = new QueryClient();
  const server = fakeServer({
    "GET /api/conversations/c1": { body: aConversation({ running_turn_ids: running }) },
    "POST /api/conversations/c1/turns": { status: 202, body: accepted },
  });
  localStorage.setItem("arcano-outbox ada q9", JSON.stringify(question));
  const sent = () => server.sentTo("POST /api/conversations/c1/turns");
  return { client, server, sent };
}

function aThread(status: "running" | "finished"): ThreadData {
  return { messages: [aMessage({ role: "assistant", status })], nextCursor: null };
}

test("after a reload a message goes on waiting for the answer that is still written", async () => {
  const { client, server, sent } = aBrowserWith({ running: ["t1"] });

  const outbox = openOutbox(client, "ada");
  outbox.open();
  await eventually(() => expect(server.sentTo("GET /api/conversations/c1")).toHaveLength(1));
  expect(sent()).toEqual([]);

  server.answer({ "GET /api/conversations/c1": { body: aConversation() } });
  await eventually(() => {
    outbox.flush();
    expect(sent()).toHaveLength(1);
  });
});

test("an answer that was running when this page last looked holds back nothing once it has ended", async () => {
  const { client, sent } = aBrowserWith({ running: [] });
  client.setQueryData(threadKey("c1"), aThread("running"));
  const outbox = openOutbox(client, "ada");
  outbox.open();
  expect(outbox.read()).toHaveLength(1);

  await client.invalidateQueries({ queryKey: threadKey("c1") });
  outbox.flush();

  await eventually(() => expect(sent()).toHaveLength(1));
});

test("an open thread knows by itself, and nobody waits for the server", async () => {
  const { client, server, sent } = aBrowserWith({ running: [] });
  client.setQueryData(threadKey("c1"), aThread("finished"));

  openOutbox(client, "ada").open();

  await eventually(() => expect(sent()).toHaveLength(1));
  expect(server.sentTo("GET /api/conversations/c1")).toEqual([]);
});

test("a message taken back in another tab of the browser is taken back here", () => {
  const { client } = aBrowserWith({ running: ["t1"] });
  const outbox = openOutbox(client, "ada");
  outbox.open();
  expect(outbox.read()).toHaveLength(1);

  const key = "arcano-outbox ada q9";
  localStorage.removeItem(key);
  window.dispatchEvent(new StorageEvent("storage", { key, newValue: null }));

  expect(outbox.read()).toEqual([]);
});
