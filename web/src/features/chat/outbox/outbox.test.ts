import { expect, test, vi } from "vitest";
import { ApiProblem } from "../../../shared/api/api-problem";
import { Outbox, type OutboxPorts } from "./outbox";

const accepted = { turn_id: "t1", user_message_id: "q1", assistant_message_id: "a1" };
const aMessage = { id: "one", conversationId: "c1", text: "Hello", model: "small", writtenAt: 1 };

function anOutbox(changes: Partial<OutboxPorts> = {}, kept = new Map<string, string>()) {
  const ports = {
    makeConversation: vi.fn<OutboxPorts["makeConversation"]>(async () => "made"),
    send: vi.fn<OutboxPorts["send"]>(async () => accepted),
    onAccepted: vi.fn<OutboxPorts["onAccepted"]>(),
    isBusy: () => false,
    alone: (_name: string, deed: () => Promise<void>) => deed(),
    wait: () => 0,
    memory: {
      readAll: () => [...kept.values()],
      read: (id: string) => kept.get(id) ?? null,
      write: (id: string, text: string | null) => {
        if (text === null) kept.delete(id);
        else kept.set(id, text);
      },
    },
    ...changes,
  };
  return { outbox: new Outbox(ports), ports, kept };
}

function states(outbox: Outbox): string[] {
  return outbox.read().map(({ id, state }) => `${id} ${state.kind}`);
}

test("a message the server took leaves the outbox and the memory", async () => {
  const { outbox, ports, kept } = anOutbox();

  outbox.add(aMessage);
  expect(kept.has("one")).toBe(true);

  await vi.waitFor(() => expect(outbox.read()).toEqual([]));
  expect(ports.onAccepted).toHaveBeenCalledWith(
    "c1",
    expect.objectContaining({ id: "one" }),
    accepted,
  );
  expect(kept.size).toBe(0);
});

test("the first message of a new chat makes its conversation, once, even when sending fails after it", async () => {
  const send = vi
    .fn<OutboxPorts["send"]>()
    .mockRejectedValueOnce(ApiProblem.unreachable())
    .mockResolvedValue(accepted);
  const { outbox, ports } = anOutbox({ send });

  outbox.add({ ...aMessage, conversationId: null });

  await vi.waitFor(() => expect(outbox.read()).toEqual([]));
  expect(ports.makeConversation).toHaveBeenCalledTimes(1);
  expect(send.mock.calls.map(([conversationId]) => conversationId)).toEqual(["made", "made"]);
});

test("a message that met a dead network is sent again under the same id", async () => {
  const send = vi
    .fn<OutboxPorts["send"]>()
    .mockRejectedValueOnce(ApiProblem.unreachable())
    .mockResolvedValue(accepted);
  const { outbox } = anOutbox({ send, wait: () => 60_000 });
  outbox.add(aMessage);
  await vi.waitFor(() => expect(states(outbox)).toEqual(["one delayed"]));

  outbox.retryDelayed();

  await vi.waitFor(() => expect(outbox.read()).toEqual([]));
  expect(send.mock.calls.map(([, { id }]) => id)).toEqual(["one", "one"]);
});

test("a message the server refuses stays, with the reason, until a person decides", async () => {
  const problem = new ApiProblem(404, { code: "model-not-found", detail: "No such model." });
  const { outbox, kept } = anOutbox({ send: () => Promise.reject(problem) });

  outbox.add(aMessage);

  await vi.waitFor(() => expect(states(outbox)).toEqual(["one refused"]));
  expect(kept.has("one")).toBe(true);
  expect(outbox.withdraw("one")).toBe("Hello");
  expect(outbox.read()).toEqual([]);
});

test("a message refused for its model goes out with another one", async () => {
  const problem = new ApiProblem(404, { code: "model-not-found", detail: "No such model." });
  const send = vi
    .fn<OutboxPorts["send"]>()
    .mockRejectedValueOnce(problem)
    .mockResolvedValue(accepted);
  const { outbox } = anOutbox({ send });
  outbox.add(aMessage);
  await vi.waitFor(() => expect(states(outbox)).toEqual(["one refused"]));

  outbox.retry("one", "large");

  await vi.waitFor(() => expect(outbox.read()).toEqual([]));
  expect(send.mock.calls.map(([, { model }]) => model)).toEqual(["small", "large"]);
});

test("while a reply is written the next message waits for its end", async () => {
  let busy = true;
  const { outbox, ports } = anOutbox({ isBusy: () => busy });
  outbox.add(aMessage);
  expect(states(outbox)).toEqual(["one waiting"]);

  busy = false;
  outbox.flush();

  await vi.waitFor(() => expect(ports.send).toHaveBeenCalledTimes(1));
});

test("messages of one conversation go one after the other", async () => {
  const letGo: (() => void)[] = [];
  const send = vi.fn<OutboxPorts["send"]>(
    () => new Promise((resolve) => letGo.push(() => resolve(accepted))),
  );
  const { outbox } = anOutbox({ send });
  outbox.add(aMessage);
  outbox.add({ ...aMessage, id: "two", writtenAt: 2 });
  expect(states(outbox)).toEqual(["one sending", "two waiting"]);

  letGo[0]?.();

  await vi.waitFor(() => expect(states(outbox)).toEqual(["two sending"]));
});

test("what was not sent before the page was closed is sent by the next one", async () => {
  const first = anOutbox({
    send: () => Promise.reject(ApiProblem.unreachable()),
    wait: () => 60_000,
  });
  first.outbox.add(aMessage);
  await vi.waitFor(() => expect(states(first.outbox)).toEqual(["one delayed"]));

  const { outbox, ports } = anOutbox({}, first.kept);
  outbox.flush();

  await vi.waitFor(() => expect(outbox.read()).toEqual([]));
  expect(ports.send).toHaveBeenCalledTimes(1);
});

test("what another tab sent meanwhile is not sent again", async () => {
  const kept = new Map<string, string>();
  const { outbox, ports } = anOutbox(
    {
      alone: async (_name, deed) => {
        kept.clear();
        await deed();
      },
    },
    kept,
  );

  outbox.add(aMessage);

  await vi.waitFor(() => expect(outbox.read()).toEqual([]));
  expect(ports.send).not.toHaveBeenCalled();
});
