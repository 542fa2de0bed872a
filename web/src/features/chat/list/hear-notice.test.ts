/** Hearing that something changed: what is read afterwards counts, and not what was under way. */
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { conversationUsageQuery } from "../usage/queries";
import { threadKey } from "../queries";
import { sharedQuery } from "../sharing/queries";
import { hearNotice, lookAtEverythingAgain } from "./hear-notice";
import { eventually } from "../../../shared/testing/eventually";

test("a first reading that began before an answer ended does not hide what the answer cost", async () => {
  const waiting: ((response: Response) => void)[] = [];
  const early = new Promise<Response>((resolve) => void waiting.push(resolve));
  const readings = [early, Promise.resolve(Response.json({ calls: 1 }))];
  vi.stubGlobal("fetch", async (path: string) =>
    path.endsWith("/usage") ? readings.shift() : Response.json({ id: "c1", access: "owner" }),
  );
  const client = new QueryClient();
  const query = conversationUsageQuery("c1");
  const leave = new QueryObserver(client, query).subscribe(() => {});

  await hearNotice(client, {
    name: "turn-ended",
    conversation_id: "c1",
    turn_id: "t1",
    status: "finished",
  });
  waiting[0]?.(Response.json({ calls: 0 }));

  await eventually(() => expect(client.getQueryData(query.queryKey)).toEqual({ calls: 1 }));
  leave();
});

test("after notices were missed, a thread that nobody looks at is known no longer", async () => {
  const client = new QueryClient();
  client.setQueryData(threadKey("c1"), { messages: [], nextCursor: null });

  await lookAtEverythingAgain(client);

  expect(client.getQueryData(threadKey("c1"))).toBeUndefined();
});

test.each([
  ["is shared from now on", () => Response.json({ id: "c1", access: "viewer" })],
  ["is shared no longer", () => Response.json({ code: "not-found", status: 404 }, { status: 404 })],
])("the list of what others share is read anew where a conversation %s", async (_, answer) => {
  vi.stubGlobal("fetch", async () => answer());
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(sharedQuery.queryKey, { items: [], next_cursor: null });

  await hearNotice(client, { name: "conversation-changed", conversation_id: "c1" });

  expect(client.getQueryState(sharedQuery.queryKey)?.isInvalidated).toBe(true);
});
