import { vi } from "vitest";
import { Outbox, type OutboxPorts } from "../outbox/outbox";

type Hear = (id: string, text: string | null) => void;

export const accepted = { turn_id: "t1", user_message_id: "q1", assistant_message_id: "a1" };

/** A message for tests, in a conversation that exists. */
export const anOutgoing = {
  id: "one",
  conversationId: "c1",
  text: "Hello",
  model: "small",
  writtenAt: 1,
};

/** An open outbox whose server takes everything, and whose browser has room, unless told otherwise. */
export function anOutbox(changes: Partial<OutboxPorts> = {}, kept = new Map<string, string>()) {
  const tabs = new Set<Hear>();
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
        return true;
      },
      onChange: (hear: Hear) => {
        tabs.add(hear);
        return () => void tabs.delete(hear);
      },
    },
    ...changes,
  };
  const outbox = new Outbox(ports);
  const close = outbox.open();
  /** What another tab of the browser does. */
  const elsewhere: Hear = (id, text) => {
    ports.memory.write(id, text);
    for (const hear of tabs) hear(id, text);
  };
  return { outbox, close, elsewhere, ports, kept };
}

/** Each message and where it stands, as `"one waiting"`. */
export function states(outbox: Outbox): string[] {
  return outbox.read().map(({ id, state }) => `${id} ${state.kind}`);
}
