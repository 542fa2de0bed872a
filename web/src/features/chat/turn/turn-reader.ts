import type { TurnEvent } from "../../../shared/api/turn-event";
import { hear, type TurnState, unheardTurn } from "../turn-state";

type Follow = (
  turnId: string,
  after: number,
  hearEvent: (sequence: number, event: TurnEvent) => void,
) => () => void;

/**
 * One running turn, outside React: hears every event at once, tells the screen at most once a frame.
 *
 * It follows the turn while somebody looks; what it heard is kept for whoever looks again.
 */
export class TurnReader {
  #state: TurnState = unheardTurn;
  #shown: TurnState = unheardTurn;
  #isTelling = false;
  #unfollow: (() => void) | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #turnId: string;
  readonly #follow: Follow;
  readonly #nextFrame: (tell: () => void) => void;
  /** When this page first looked, in milliseconds. */
  readonly since = Date.now();

  constructor(turnId: string, follow: Follow, nextFrame: (tell: () => void) => void) {
    this.#turnId = turnId;
    this.#follow = follow;
    this.#nextFrame = nextFrame;
  }

  read = (): TurnState => this.#shown;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#state.outcome.kind === "running") {
      this.#unfollow ??= this.#follow(this.#turnId, this.#state.lastSequence, this.#hear);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#unfollow?.();
      this.#unfollow = null;
    };
  };

  #hear = (sequence: number, event: TurnEvent): void => {
    this.#state = hear(this.#state, sequence, event);
    if (this.#isTelling) return;
    this.#isTelling = true;
    this.#nextFrame(() => {
      this.#isTelling = false;
      this.#shown = this.#state;
      for (const listener of this.#listeners) listener();
    });
  };
}
