/** What the browser keeps of messages that are on their way, for the next page and for other tabs. */
import { expect, test, vi } from "vitest";
import { ApiProblem } from "../../../shared/api/api-problem";
import { accepted, anOutbox, anOutgoing, states } from "../testing/an-outbox";
import type { OutboxPorts } from "./outbox";
import { eventually } from "../../../shared/testing/eventually";

test("what was not sent before the page was closed is sent by the next one", async () => {
  const first = anOutbox({
    send: () => Promise.reject(ApiProblem.unreachable()),
    wait: () => 60_000,
  });
  first.outbox.add(anOutgoing);
  await eventually(() => expect(states(first.outbox)).toEqual(["one delayed"]));

  const { outbox, ports } = anOutbox({}, first.kept);

  await eventually(() => expect(outbox.read()).toEqual([]));
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

  outbox.add(anOutgoing);

  await eventually(() => expect(outbox.read()).toEqual([]));
  expect(ports.send).not.toHaveBeenCalled();
});

test("a message the browser has no room for is sent all the same", async () => {
  const { outbox, ports } = anOutbox({
    memory: { readAll: () => [], read: () => null, write: () => false, onChange: () => () => {} },
  });

  outbox.add({ ...anOutgoing, conversationId: null });

  await eventually(() => expect(outbox.read()).toEqual([]));
  expect(ports.send).toHaveBeenCalledWith("made", expect.objectContaining({ text: "Hello" }));
});

test("a message whose conversation the browser has no room to note makes no second one", async () => {
  const kept = new Map<string, string>();
  const send = vi
    .fn<OutboxPorts["send"]>()
    .mockRejectedValueOnce(ApiProblem.unreachable())
    .mockResolvedValue(accepted);
  const { outbox, ports } = anOutbox({
    send,
    memory: {
      readAll: () => [],
      read: (id) => kept.get(id) ?? null,
      write: (id, text) => {
        const fits = text === null || !kept.has(id);
        if (text === null) kept.delete(id);
        else if (fits) kept.set(id, text);
        return fits;
      },
      onChange: () => () => {},
    },
  });

  outbox.add({ ...anOutgoing, conversationId: null });

  await eventually(() => expect(outbox.read()).toEqual([]));
  expect(ports.makeConversation).toHaveBeenCalledTimes(1);
});

test("what another tab sent or took back leaves this one too, and is not sent from here", async () => {
  let busy = true;
  const send = vi.fn<OutboxPorts["send"]>(async () => accepted);
  const { outbox, elsewhere } = anOutbox({ send, isBusy: () => busy });
  outbox.add(anOutgoing);
  outbox.add({ ...anOutgoing, id: "two", writtenAt: 2 });

  elsewhere("one", null);
  expect(states(outbox)).toEqual(["two waiting"]);
  busy = false;
  outbox.flush();

  await eventually(() => expect(outbox.read()).toEqual([]));
  expect(send.mock.calls.map(([, { id }]) => id)).toEqual(["two"]);
});

test("a message that is gone from the browser is not brought back by sending it", async () => {
  let busy = true;
  const { outbox, ports, kept } = anOutbox({ isBusy: () => busy });
  outbox.add(anOutgoing);
  kept.clear();

  busy = false;
  outbox.flush();

  await eventually(() => expect(outbox.read()).toEqual([]));
  expect(ports.send).not.toHaveBeenCalled();
});
