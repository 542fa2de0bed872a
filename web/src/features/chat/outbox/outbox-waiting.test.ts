/** A message waits for the end of the reply that is being written, and no longer. */
import { expect, test, vi } from "vitest";
import { ApiProblem } from "../../../shared/api/api-problem";
import { anOutbox, anOutgoing, states } from "../testing/an-outbox";
import type { OutboxPorts } from "./outbox";
import { eventually } from "../../../shared/testing/eventually";

test("while a reply is written the next message waits for its end", async () => {
  let busy = true;
  const { outbox, ports } = anOutbox({ isBusy: () => busy });
  outbox.add(anOutgoing);
  expect(states(outbox)).toEqual(["one waiting"]);

  busy = false;
  outbox.flush();

  await eventually(() => expect(ports.send).toHaveBeenCalledTimes(1));
});

test("where the page does not know whether a reply is written, the server is asked first", async () => {
  const { asked, isBusy } = aServerAsked();
  const { outbox, ports } = anOutbox({ isBusy });
  outbox.add(anOutgoing);
  expect(states(outbox)).toEqual(["one waiting"]);

  asked[0]?.(true);
  await eventually(() => {
    outbox.flush();
    expect(asked).toHaveLength(2);
  });
  expect(ports.send).not.toHaveBeenCalled();
  asked[1]?.(false);

  await eventually(() => expect(ports.send).toHaveBeenCalledTimes(1));
});

test("a reply that ends while the server is asked holds nothing back", async () => {
  const { asked, isBusy } = aServerAsked();
  const { outbox } = anOutbox({ isBusy });
  outbox.add(anOutgoing);

  outbox.flush();
  asked[0]?.(true);
  await eventually(() => expect(asked).toHaveLength(2));
  asked[1]?.(false);

  await eventually(() => expect(outbox.read()).toEqual([]));
});

test("a message taken back while the server is asked is not sent", async () => {
  const { asked, isBusy } = aServerAsked();
  const { outbox, ports } = anOutbox({ isBusy });
  outbox.add(anOutgoing);

  outbox.withdraw("one");
  asked[0]?.(false);
  await new Promise((resolve) => setTimeout(resolve));

  expect(ports.send).not.toHaveBeenCalled();
});

test("a message is tried again when the server cannot be asked", async () => {
  const isBusy = vi.fn<OutboxPorts["isBusy"]>().mockRejectedValue(ApiProblem.unreachable());
  const { outbox } = anOutbox({ isBusy, wait: () => 60_000 });

  outbox.add(anOutgoing);

  await eventually(() => expect(states(outbox)).toEqual(["one delayed"]));
});

/** Answers are given by the test, to one question after the other. */
function aServerAsked() {
  const asked: ((isBusy: boolean) => void)[] = [];
  return { asked, isBusy: () => new Promise<boolean>((resolve) => asked.push(resolve)) };
}
