import { BlockReader, type Section } from "./block-reader";

/** A last block that costs more milliseconds than this is read in at most a third of the time. */
const cheap = 4;

/** A long text is read in parts of so many milliseconds, and the page breathes in between. */
const longestPart = 40;
const breath = 4;
/** A shorter text is read at once: to see it grow would be worse than to wait. */
const short = 16_000;

/** Reads a growing text no more often, and a long one no longer at a time, than a page that stays quick can afford. */
export class PacedReader {
  readonly #reader = new BlockReader();
  #shown: readonly Section[] = [];
  #readyAt = 0;
  #wait = 0;

  /** After so many milliseconds there is more to show than was shown; 0 when everything is. */
  get wait(): number {
    return this.#wait;
  }

  /** `atOnce`: nobody waits for the page to breathe, because it is about to be printed. */
  read(text: string, growing: boolean, atOnce: boolean): readonly Section[] {
    const start = performance.now();
    this.#wait = growing && !atOnce ? Math.max(0, this.#readyAt - start) : 0;
    if (this.#wait > 0) return this.#shown;
    const isWhole = atOnce || text.length <= short;
    const isEnough = () => !isWhole && performance.now() - start > longestPart;
    this.#shown = this.#reader.read(text, growing, isEnough);
    const end = performance.now();
    this.#readyAt = end - start > cheap ? end + 2 * (end - start) : 0;
    if (!this.#reader.isDone) this.#wait = breath;
    return this.#shown;
  }
}
