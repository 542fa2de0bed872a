import { expect, test, vi } from "vitest";
import { ApiProblem } from "../../../shared/api/api-problem";
import { accepted, anOutbox, anOutgoing, states } from "../testing/an-outbox";
import type { OutboxPorts } from "./outbox";
import { eventually } from "../../../shared/testing/eventually";

test("a message the server took leaves the outbox and the memory", async () => {
  const { outbox, ports, kept } = anOutbox();

  outbox.add(anOutgoing);
  expect(kept.has("one")).toBe(true);

  await eventually(() => expect(outbox.read()).toEqual([]));
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

  outbox.add({ ...anOutgoing, conversationId: null });

  await eventually(() => expect(outbox.read()).toEqual([]));
  expect(ports.makeConversation).toHaveBeenCalledTimes(1);
  expect(send.mock.calls.map(([conversationId]) => conversationId)).toEqual(["made", "made"]);
});

test("a message that met a dead network is sent again under the same id", async () => {
  const send = vi
    .fn<OutboxPorts["send"]>()
    .mockRejectedValueOnce(ApiProblem.unreachable())
    .mockResolvedValue(accepted);
  const { outbox } = anOutbox({ send, wait: () => 60_000 });
  outbox.add(anOutgoing);
  await eventually(() => expect(states(outbox)).toEqual(["one delayed"]));

  outbox.retryDelayed();

  await eventually(() => expect(outbox.read()).toEqual([]));
  expect(send.mock.calls.map(([, { id }]) => id)).toEqual(["one", "one"]);
});

test("a message the server refuses stays, with the reason, until a person decides", async () => {
  const problem = new ApiProblem(404, { code: "model-not-found", detail: "No such model." });
  const { outbox, kept } = anOutbox({ send: () => Promise.reject(problem) });

  outbox.add(anOutgoing);

  await eventually(() => expect(states(outbox)).toEqual(["one refused"]));
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
  outbox.add(anOutgoing);
  await eventually(() => expect(states(outbox)).toEqual(["one refused"]));

  outbox.retry("one", "large");

  await eventually(() => expect(outbox.read()).toEqual([]));
  expect(send.mock.calls.map(([, { model }]) => model)).toEqual(["small", "large"]);
});

test("messages of one conversation go one after the other", async () => {
  const letGo: (() => void)[] = [];
  const send = vi.fn<OutboxPorts["send"]>(
    () => new Promise((resolve) => letGo.push(() => resolve(accepted))),
  );
  const { outbox } = anOutbox({ send });
  outbox.add(anOutgoing);
  outbox.add({ ...anOutgoing, id: "two", writtenAt: 2 });
  expect(states(outbox)).toEqual(["one sending", "two waiting"]);

  letGo[0]?.();

  await eventually(() => expect(states(outbox)).toEqual(["two sending"]));
});

test("what is written in a new chat before its conversation exists goes into the same one", async () => {
  const send = vi.fn<OutboxPorts["send"]>(async () => accepted);
  const { outbox, ports } = anOutbox({ send });
  const inNewChat = { ...anOutgoing, conversationId: null, newChat: "n1" };

  outbox.add(inNewChat);
  outbox.add({ ...inNewChat, id: "two", writtenAt: 2 });
  outbox.add({ ...inNewChat, id: "other", newChat: "n2", writtenAt: 3 });

  await eventually(() => expect(outbox.read()).toEqual([]));
  expect(ports.makeConversation).toHaveBeenCalledTimes(2);
  const sent = send.mock.calls.map(([, { id }]) => id);
  expect(sent.indexOf("two")).toBeGreaterThan(sent.indexOf("one"));
});

test("what nobody has foreseen delays a message, and does not hold up its conversation for good", async () => {
  const send = vi
    .fn<OutboxPorts["send"]>()
    .mockRejectedValueOnce(new SyntaxError("Unexpected token '<'"))
    .mockResolvedValue(accepted);
  const alone = vi
    .fn<OutboxPorts["alone"]>((_name, deed) => deed())
    .mockRejectedValueOnce(new DOMException("The document is not fully active."));
  const { outbox } = anOutbox({ send, alone });

  outbox.add(anOutgoing);
  outbox.add({ ...anOutgoing, id: "two", writtenAt: 2 });

  await eventually(() => expect(outbox.read()).toEqual([]));
  expect(send.mock.calls.map(([, { id }]) => id)).toEqual(["one", "one", "two"]);
});
