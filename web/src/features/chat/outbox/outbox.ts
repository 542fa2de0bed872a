import { ApiProblem } from "../../../shared/api/api-problem";
import type { TurnAccepted } from "../../../shared/api/types";
import { asOutgoing, type Outgoing, type OutgoingState } from "./outgoing";

export interface OutboxPorts {
  makeConversation: () => Promise<string>;
  send: (conversationId: string, outgoing: Outgoing) => Promise<TurnAccepted>;
  /** Called once the server has it, before it leaves the outbox: no frame shows neither. */
  onAccepted: (conversationId: string, outgoing: Outgoing, accepted: TurnAccepted) => void;
  /** Whether a reply is being written there: the next message waits for its end. */
  isBusy: (conversationId: string) => boolean;
  memory: OutboxMemory;
  /** Runs the deed while no other tab runs one of this name. */
  alone: (name: string, deed: () => Promise<void>) => Promise<void>;
  /** Milliseconds before the given attempt. */
  wait: (attempt: number) => number;
}

export interface OutboxMemory {
  readAll: () => string[];
  read: (id: string) => string | null;
  write: (id: string, text: string | null) => void;
}

/**
 * Messages between the composer and the server. Each is written down before it is sent and forgotten only when the
 * server has it, so a lost connection, a reload or a restart loses none; within a conversation they go in order.
 */
export class Outbox {
  #outgoing: readonly Outgoing[];
  readonly #listeners = new Set<() => void>();
  readonly #sending = new Set<string>();
  readonly #attempts = new Map<string, number>();
  readonly #ports: OutboxPorts;

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
    this.#outgoing = ports.memory
      .readAll()
      .map(asOutgoing)
      .filter((outgoing) => outgoing !== null)
      .toSorted((a, b) => a.writtenAt - b.writtenAt);
  }

  read = (): readonly Outgoing[] => this.#outgoing;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(outgoing: Omit<Outgoing, "state">): void {
    const waiting: Outgoing = { ...outgoing, state: { kind: "waiting" } };
    this.#ports.memory.write(outgoing.id, JSON.stringify(waiting));
    this.#change([...this.#outgoing, waiting]);
    this.flush();
  }

  /** Takes a message back; returns its text. */
  withdraw(id: string): string {
    const text = this.#outgoing.find((outgoing) => outgoing.id === id)?.text ?? "";
    this.#forget(id);
    return text;
  }

  /** Sends a message once more, with the model named: it may have been the model that was refused. */
  retry(id: string, model: string | null = null): void {
    const outgoing = this.#find(id);
    if (!outgoing) return;
    this.#replace({ ...outgoing, model: model ?? outgoing.model, state: { kind: "waiting" } });
    this.flush();
  }

  /** The server can be reached again: nothing waits for its timer any longer. */
  retryDelayed(): void {
    for (const { id, state } of this.#outgoing) {
      if (state.kind === "delayed") this.#become(id, { kind: "waiting" });
    }
    this.flush();
  }

  /** Sends what can be sent now: the first of each conversation. */
  flush(): void {
    const begun = new Set<string>();
    for (const { id, conversationId, state } of this.#outgoing) {
      if (state.kind === "refused") continue;
      const place = conversationId ?? id;
      const isFirst = !begun.has(place);
      begun.add(place);
      if (!isFirst || state.kind !== "waiting" || this.#sending.has(id)) continue;
      if (conversationId !== null && this.#ports.isBusy(conversationId)) continue;
      void this.#send(id);
    }
  }

  async #send(id: string): Promise<void> {
    this.#sending.add(id);
    this.#become(id, { kind: "sending" });
    try {
      await this.#ports.alone(`arcano-outbox ${id}`, () => this.#sendAlone(id));
    } finally {
      this.#sending.delete(id);
    }
    this.flush();
  }

  async #sendAlone(id: string): Promise<void> {
    // Read again: another tab may have sent it, or made its conversation, while we waited.
    const outgoing = asOutgoing(this.#ports.memory.read(id));
    if (!outgoing) {
      this.#forget(id);
      return;
    }
    try {
      const conversationId = outgoing.conversationId ?? (await this.#makeConversation(id));
      const accepted = await this.#ports.send(conversationId, outgoing);
      this.#ports.onAccepted(conversationId, outgoing, accepted);
      this.#forget(id);
    } catch (error) {
      this.#fail(id, error);
    }
  }

  #fail(id: string, error: unknown): void {
    if (!(error instanceof ApiProblem)) throw error;
    if (!error.retryable && error.status !== 401) {
      this.#become(id, { kind: "refused", code: error.code, detail: error.detail });
      return;
    }
    const attempt = (this.#attempts.get(id) ?? 0) + 1;
    this.#attempts.set(id, attempt);
    this.#become(id, { kind: "delayed" });
    const ms = Math.max(this.#ports.wait(attempt), (error.retryAfter ?? 0) * 1_000);
    setTimeout(() => {
      if (this.#find(id)?.state.kind === "delayed") this.retry(id);
    }, ms);
  }

  async #makeConversation(id: string): Promise<string> {
    const conversationId = await this.#ports.makeConversation();
    const outgoing = this.#find(id);
    if (outgoing) this.#replace({ ...outgoing, conversationId });
    return conversationId;
  }

  #find(id: string): Outgoing | undefined {
    return this.#outgoing.find((outgoing) => outgoing.id === id);
  }

  #become(id: string, state: OutgoingState): void {
    const outgoing = this.#find(id);
    if (outgoing) this.#replace({ ...outgoing, state });
  }

  #replace(changed: Outgoing): void {
    this.#ports.memory.write(changed.id, JSON.stringify(changed));
    this.#change(
      this.#outgoing.map((outgoing) => (outgoing.id === changed.id ? changed : outgoing)),
    );
  }

  #forget(id: string): void {
    this.#ports.memory.write(id, null);
    this.#attempts.delete(id);
    this.#change(this.#outgoing.filter((outgoing) => outgoing.id !== id));
  }

  #change(next: readonly Outgoing[]): void {
    this.#outgoing = next;
    for (const listener of this.#listeners) listener();
  }
}
