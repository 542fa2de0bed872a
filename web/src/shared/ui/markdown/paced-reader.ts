import { BlockReader, type Section } from "./block-reader";

/** A last block that costs more milliseconds than this is read in at most a third of the time. */
const cheap = 4;

/** Reads a growing text no more often than a page that stays quick can afford. */
export class PacedReader {
  readonly #reader = new BlockReader();
  #shown: readonly Section[] = [];
  #readyAt = 0;
  #wait = 0;

  /** After so many milliseconds there is more to show than was shown; 0 when everything is. */
  get wait(): number {
    return this.#wait;
  }

  read(text: string, growing: boolean): readonly Section[] {
    const start = performance.now();
    this.#wait = growing ? Math.max(0, this.#readyAt - start) : 0;
    if (this.#wait > 0) return this.#shown;
    this.#shown = this.#reader.read(text, growing);
    const end = performance.now();
    this.#readyAt = end - start > cheap ? end + 2 * (end - start) : 0;
    return this.#shown;
  }
}
