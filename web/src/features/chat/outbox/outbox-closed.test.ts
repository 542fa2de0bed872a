/** An outbox is one person's: once it is closed, nothing leaves as somebody else. */
import { afterEach, expect, test, vi } from "vitest";
import { ApiProblem } from "../../../shared/api/api-problem";
import { accepted, anOutbox, anOutgoing, states } from "../testing/an-outbox";
import type { OutboxPorts } from "./outbox";
import { eventually } from "../../../shared/testing/eventually";

afterEach(() => {
  vi.useRealTimers();
});

test("once it is closed, what met an ended session is not sent again, and is not written back", async () => {
  vi.useFakeTimers();
  const send = vi
    .fn<OutboxPorts["send"]>()
    .mockRejectedValue(new ApiProblem(401, { code: "not-signed-in" }));
  const { outbox, close, kept } = anOutbox({ send, wait: () => 1_000 });
  outbox.add(anOutgoing);
  await eventually(() => expect(states(outbox)).toEqual(["one delayed"]));

  close();
  kept.clear();
  await vi.advanceTimersByTimeAsync(60_000);
  outbox.retry("one");
  outbox.retryDelayed();
  outbox.flush();
  await vi.advanceTimersByTimeAsync(60_000);

  expect(send).toHaveBeenCalledTimes(1);
  expect(kept.size).toBe(0);
});

test("a conversation made for a person who has left meanwhile gets no message", async () => {
  const made: ((id: string) => void)[] = [];
  const makeConversation = () => new Promise<string>((resolve) => made.push(resolve));
  const { outbox, close, ports } = anOutbox({ makeConversation });
  outbox.add({ ...anOutgoing, conversationId: null });
  expect(states(outbox)).toEqual(["one sending"]);

  close();
  made[0]?.("of-somebody-else");

  await eventually(() => expect(states(outbox)).toEqual(["one delayed"]));
  expect(ports.send).not.toHaveBeenCalled();
});

test("the same person who comes back finds it open again, and what was delayed goes out", async () => {
  const send = vi
    .fn<OutboxPorts["send"]>()
    .mockRejectedValueOnce(new ApiProblem(401, { code: "not-signed-in" }))
    .mockResolvedValue(accepted);
  const { outbox, close } = anOutbox({ send, wait: () => 60_000 });
  outbox.add(anOutgoing);
  await eventually(() => expect(states(outbox)).toEqual(["one delayed"]));
  close();

  outbox.open();

  await eventually(() => expect(outbox.read()).toEqual([]));
});
