/** Asking for another answer, or for more of one: pressed twice it is asked for once, and paid once. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import { dismissToast, toastList } from "../../../shared/ui/toast-list";
import type { Outbox } from "../outbox/outbox";
import { openOutbox } from "../outbox/open-outbox";
import { aMessage } from "../testing/a-message";
import { useRegenerate } from "./use-regenerate";
import { useThreadDeeds } from "./use-thread-deeds";

interface Sent {
  path: string;
  body: { client_message_id: string; model?: string };
  answer: (response: Response | Error) => void;
}

const accepted = () =>
  Response.json({ turn_id: "t", user_message_id: "q", assistant_message_id: "a" }, { status: 202 });
let sent: Sent[];
let outbox: Outbox;
let messages = 0;

beforeEach(() => {
  sent = [];
  for (const { id } of toastList.read()) dismissToast(id);
  vi.stubGlobal(
    "fetch",
    (path: string, { body }: { body: string }) =>
      new Promise<Response>((resolve, reject) => {
        const answer = (given: Response | Error) =>
          given instanceof Error ? reject(given) : resolve(given);
        sent.push({ path, body: JSON.parse(body), answer });
      }),
  );
});

const parametersFor = () => ({});

function theDeeds() {
  const client = new QueryClient();
  outbox = openOutbox(client, "grace");
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(
    () => {
      const regenerate = useRegenerate(parametersFor);
      const deeds = useThreadDeeds({
        conversationId: "c1",
        model: null,
        parametersFor,
        outbox,
        regenerate,
        modelName: () => "",
        priceOf: () => null,
        askAnotherModel: () => {},
        manageModels: () => {},
        giveBack: () => {},
      });
      return { regenerate, deeds };
    },
    { wrapper },
  );
  // What was asked for is remembered as long as the page is open: each test has a message of its own.
  const message = aMessage({ id: `m${++messages}`, role: "assistant", status: "stopped" });
  return { ...result.current, message };
}

const told = () => toastList.read().map(({ message }) => message);
const soon = () => new Promise((resolve) => setTimeout(resolve));
const ids = () => sent.map(({ body }) => body.client_message_id);

test.each(["regenerate", "continueAnswer"] as const)(
  "%s, pressed twice, asks once",
  async (deed) => {
    const { deeds, message } = theDeeds();

    deeds[deed](message);
    deeds[deed](message);
    await waitFor(() => expect(sent).toHaveLength(1));
    sent[0]?.answer(accepted());
    await soon();

    expect(sent).toHaveLength(1);
    expect(told()).toEqual([]);
  },
);

test("what met a dead network is asked for again under the same id", async () => {
  const { deeds, message } = theDeeds();
  deeds.regenerate(message);
  await waitFor(() => expect(sent).toHaveLength(1));
  sent[0]?.answer(new TypeError("Failed to fetch"));
  await waitFor(() => expect(told()).toEqual(["That did not work. Try again."]));

  deeds.regenerate(message);

  await waitFor(() => expect(sent).toHaveLength(2));
  expect(new Set(ids()).size).toBe(1);
});

test("once it was answered, pressing again asks for yet another one", async () => {
  const { deeds, message } = theDeeds();
  deeds.regenerate(message);
  await waitFor(() => expect(sent).toHaveLength(1));
  sent[0]?.answer(accepted());
  await soon();

  deeds.regenerate(message);

  await waitFor(() => expect(sent).toHaveLength(2));
  expect(new Set(ids()).size).toBe(2);
});

test("asked of another model after a dead network, it is another question, with an id of its own", async () => {
  const { regenerate, message } = theDeeds();
  regenerate(message, "small");
  await waitFor(() => expect(sent).toHaveLength(1));
  sent[0]?.answer(new TypeError("Failed to fetch"));
  await waitFor(() => expect(told()).toEqual(["That did not work. Try again."]));

  regenerate(message, "large");

  await waitFor(() => expect(sent).toHaveLength(2));
  expect(new Set(ids()).size).toBe(2);
});

test("an edit without a model to ask is not taken, and says why", async () => {
  const { deeds, message } = theDeeds();

  expect(deeds.edit(message, "How far is it to Bergen?")).toBe(false);

  expect(told()).toEqual(["Choose a model first"]);
  expect(outbox.read()).toEqual([]);
});
