import { ApiProblem } from "../../../shared/api/api-problem";
import type { TurnAccepted } from "../../../shared/api/types";
import type { Outgoing } from "./outgoing";
import { type OutboxMemory, OutgoingList } from "./outgoing-list";

export interface OutboxPorts {
  makeConversation: () => Promise<string>;
  send: (conversationId: string, outgoing: Outgoing) => Promise<TurnAccepted>;
  /** Called once the server has it, before it leaves the outbox: no frame shows neither. */
  onAccepted: (conversationId: string, outgoing: Outgoing, accepted: TurnAccepted) => void;
  /**
   * Whether a reply is being written there: the next message waits for its end. A promise where this page does not
   * know and the server is asked.
   */
  isBusy: (conversationId: string) => boolean | Promise<boolean>;
  memory: OutboxMemory;
  /** Runs the deed while no other tab runs one of this name. */
  alone: (name: string, deed: () => Promise<void>) => Promise<void>;
  /** Milliseconds before the given attempt. */
  wait: (attempt: number) => number;
}

/**
 * Messages between the composer and the server. Each is written down before it is sent and forgotten only when the
 * server has it, so a lost connection, a reload or a restart loses none; within a conversation they go in order.
 *
 * It is one person's, and sends only while it is open: what is sent goes out as whoever is signed in.
 */
export class Outbox {
  #isOpen = false;
  /** How often sending was tried: each time something may have changed. */
  #flushes = 0;
  readonly #list: OutgoingList;
  readonly #sending = new Set<string>();
  readonly #attempts = new Map<string, number>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #ports: OutboxPorts;

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
    this.#list = new OutgoingList(ports.memory);
  }

  read = (): readonly Outgoing[] => this.#list.read();

  subscribe = (listener: () => void): (() => void) => this.#list.subscribe(listener);

  /** Sends what is there and what comes, until the returned function is called: then nothing more leaves. */
  open(): () => void {
    this.#isOpen = true;
    const leave = this.#ports.memory.onChange((id, text) => {
      this.#list.hear(id, text);
      this.flush();
    });
    this.retryDelayed();
    return () => {
      this.#isOpen = false;
      leave();
      for (const timer of this.#timers.values()) clearTimeout(timer);
      this.#timers.clear();
    };
  }

  add(outgoing: Omit<Outgoing, "state">): void {
    this.#list.add({ ...outgoing, state: { kind: "waiting" } });
    this.flush();
  }

  /** Takes a message back; returns its text. */
  withdraw(id: string): string {
    const text = this.#list.find(id)?.text ?? "";
    this.#forget(id);
    return text;
  }

  /** Sends a message once more, with the model named: it may have been the model that was refused. */
  retry(id: string, model: string | null = null): void {
    const outgoing = this.#list.find(id);
    if (!outgoing || !this.#isOpen) return;
    this.#list.replace({
      ...outgoing,
      model: model ?? outgoing.model,
      state: { kind: "waiting" },
    });
    this.flush();
  }

  /** The server can be reached again: nothing waits for its timer any longer. */
  retryDelayed(): void {
    for (const { id, state } of this.#list.read()) {
      if (state.kind === "delayed") this.#list.become(id, { kind: "waiting" });
    }
    this.flush();
  }

  /** Sends what can be sent now: the first of each conversation. */
  flush(): void {
    if (!this.#isOpen) return;
    this.#flushes += 1;
    const begun = new Set<string>();
    for (const { id, conversationId, newChat, state } of this.#list.read()) {
      if (state.kind === "refused") continue;
      const place = conversationId ?? newChat ?? id;
      const isFirst = !begun.has(place);
      begun.add(place);
      if (!isFirst || state.kind !== "waiting" || this.#sending.has(id)) continue;
      const busy = conversationId !== null && this.#ports.isBusy(conversationId);
      if (busy === true) continue;
      void (busy === false ? this.#send(id) : this.#sendUnless(busy, id));
    }
  }

  async #sendUnless(busy: Promise<boolean>, id: string): Promise<void> {
    const flushes = this.#flushes;
    this.#sending.add(id);
    let isFree = false;
    try {
      isFree = !(await busy);
    } catch (error) {
      this.#fail(id, error);
    } finally {
      this.#sending.delete(id);
    }
    if (isFree) await this.#send(id);
    // What happened while the server was asked may be newer than its answer.
    else if (flushes !== this.#flushes) this.flush();
  }

  async #send(id: string): Promise<void> {
    if (!this.#isOpen || !this.#list.find(id)) return;
    this.#sending.add(id);
    this.#list.become(id, { kind: "sending" });
    try {
      await this.#ports.alone(`arcano-outbox ${id}`, () => this.#sendAlone(id));
    } catch (error) {
      this.#fail(id, error);
    } finally {
      this.#sending.delete(id);
    }
    this.flush();
  }

  async #sendAlone(id: string): Promise<void> {
    this.#mustBeOpen();
    const outgoing = this.#list.newest(id);
    if (!outgoing) {
      this.#forget(id);
      return;
    }
    const conversationId = outgoing.conversationId ?? (await this.#makeConversation(outgoing));
    const accepted = await this.#ports.send(conversationId, outgoing);
    this.#ports.onAccepted(conversationId, outgoing, accepted);
    this.#forget(id);
  }

  async #makeConversation({ id, newChat }: Outgoing): Promise<string> {
    const conversationId = await this.#ports.makeConversation();
    this.#mustBeOpen();
    for (const one of this.#list.read()) {
      const isOfIt = one.id === id || (newChat !== undefined && one.newChat === newChat);
      if (isOfIt) this.#list.replace({ ...one, conversationId });
    }
    return conversationId;
  }

  /** After each wait: whoever is signed in by now may be somebody else. */
  #mustBeOpen(): void {
    if (!this.#isOpen) throw new Error("The outbox was closed.");
  }

  #fail(id: string, error: unknown): void {
    // What is no problem of the server's is a fault of the page or the browser: it must not hold the message for good.
    const problem = error instanceof ApiProblem ? error : ApiProblem.unreachable();
    if (!problem.retryable && problem.status !== 401) {
      this.#list.become(id, { kind: "refused", code: problem.code, detail: problem.detail });
      return;
    }
    const attempt = (this.#attempts.get(id) ?? 0) + 1;
    this.#attempts.set(id, attempt);
    this.#list.become(id, { kind: "delayed" });
    // Being opened again sends it.
    if (!this.#isOpen) return;
    const ms = Math.max(this.#ports.wait(attempt), (problem.retryAfter ?? 0) * 1_000);
    clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      setTimeout(() => this.#resume(id), ms),
    );
  }

  #resume(id: string): void {
    this.#timers.delete(id);
    if (this.#list.find(id)?.state.kind !== "delayed") return;
    this.#list.become(id, { kind: "waiting" });
    this.flush();
  }

  #forget(id: string): void {
    this.#attempts.delete(id);
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#list.forget(id);
  }
}
