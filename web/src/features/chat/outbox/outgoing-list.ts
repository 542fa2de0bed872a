import { asOutgoing, type Outgoing, type OutgoingState } from "./outgoing";

export interface OutboxMemory {
  readAll: () => string[];
  read: (id: string) => string | null;
  /** Null forgets. False: it could not be kept. */
  write: (id: string, text: string | null) => boolean;
  /** Calls with what another tab has written. Gives the way to stop listening. */
  onChange: (listener: (id: string, text: string | null) => void) => () => void;
}

/**
 * The messages on their way, oldest first: as this page shows them, and as the browser keeps them for all its tabs.
 *
 * Where a message stands is known to this page only. Nothing is written because that changes: it would bring back a
 * message that another tab has sent, or that was taken back there.
 */
export class OutgoingList {
  #outgoing: readonly Outgoing[];
  readonly #listeners = new Set<() => void>();
  /** Storage is full or closed: of these, what this page holds is newer than what is kept, or all there is. */
  readonly #unkept = new Set<string>();
  readonly #memory: OutboxMemory;

  constructor(memory: OutboxMemory) {
    this.#memory = memory;
    this.#outgoing = memory
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

  find(id: string): Outgoing | undefined {
    return this.#outgoing.find((outgoing) => outgoing.id === id);
  }

  /** A message as it is to be sent: another tab may have sent it, or made its conversation. */
  newest(id: string): Outgoing | null {
    return this.#unkept.has(id) ? (this.find(id) ?? null) : asOutgoing(this.#memory.read(id));
  }

  add(outgoing: Outgoing): void {
    this.#keep(outgoing);
    this.#change([...this.#outgoing, outgoing]);
  }

  replace(changed: Outgoing): void {
    this.#keep(changed);
    this.#show(changed);
  }

  become(id: string, state: OutgoingState): void {
    const outgoing = this.find(id);
    if (outgoing) this.#show({ ...outgoing, state });
  }

  forget(id: string): void {
    this.#memory.write(id, null);
    this.#drop(id);
  }

  /** What another tab made of a message that this page shows. */
  hear(id: string, text: string | null): void {
    const known = this.find(id);
    if (!known) return;
    const heard = asOutgoing(text);
    if (heard) this.#show({ ...heard, state: known.state });
    else this.#drop(id);
  }

  #keep(outgoing: Outgoing): void {
    if (this.#memory.write(outgoing.id, JSON.stringify(outgoing))) this.#unkept.delete(outgoing.id);
    else this.#unkept.add(outgoing.id);
  }

  #show(changed: Outgoing): void {
    this.#change(
      this.#outgoing.map((outgoing) => (outgoing.id === changed.id ? changed : outgoing)),
    );
  }

  #drop(id: string): void {
    this.#unkept.delete(id);
    this.#change(this.#outgoing.filter((outgoing) => outgoing.id !== id));
  }

  #change(next: readonly Outgoing[]): void {
    this.#outgoing = next;
    for (const listener of this.#listeners) listener();
  }
}
