/**
 * Reads a text that grows: finished blocks once, the last one again with each new word.
 *
 * The outcome depends on the text alone, not on the steps in which it came: that is what the property tests hold.
 */
import type { Block } from "./block";
import { Definitions } from "./definitions";
import { OpenFence } from "./open-fence";
import { splitBlocks, type Stretch } from "./split-blocks";
import { parseMarkdown } from "./parse-markdown";
import { showable } from "./showable";

/** Read at most this much at once: the parser is linear only on short texts. */
const firstWindow = 16_000;
/** A paragraph longer than this is no paragraph; it is cut so that reading it stays bounded. */
const longest = 32_000;
const sectionSize = 32;
const none: ReadonlyMap<string, string> = new Map();

/** Blocks by the dozen: a full section stays the same object, so that a new word costs nothing there. */
export type Section = readonly Block[];

export class BlockReader {
  #prefix = "";
  #blocks: Block[] = [];
  #definitions = new Definitions();
  #sections: Section[] = [];
  #fence: OpenFence | null = null;
  /** What is not finished, as the parser reads it. */
  #rest: Stretch = { source: "", nodes: [] };
  #tail: Block | null = null;

  /** The sections of `text`. While it is `growing`, what cannot be judged yet is held back at its end. */
  read(text: string, growing: boolean): readonly Section[] {
    const clean = text.replaceAll("\uFEFF", "").replaceAll(/\r\n?/g, "\n");
    if (!clean.startsWith(this.#prefix)) this.#forget();
    this.#freezeFinished(clean);
    this.#tail = this.#readTail(clean.slice(this.#prefix.length), growing);
    this.#define(growing);
    return this.#arrange();
  }

  #forget(): void {
    this.#prefix = "";
    this.#blocks = [];
    this.#definitions = new Definitions();
    this.#sections = [];
    this.#fence = null;
    this.#tail = null;
  }

  #freezeFinished(text: string): void {
    let at = this.#prefix.length;
    const start = at;
    for (;;) {
      if (!this.#fence) at += /^(?:[ \t]*\n)*/.exec(text.slice(at))?.[0].length ?? 0;
      const used = this.#freezeOne(text.slice(at));
      if (used === 0) break;
      at += used;
    }
    if (at > start) this.#prefix = text.slice(0, at);
  }

  /** Freezes what is finished at the beginning of `rest`, and says how much of it that is. */
  #freezeOne(rest: string): number {
    this.#fence ??= OpenFence.at(rest);
    if (this.#fence) {
      const closed = this.#fence.close(rest);
      if (!closed) return 0;
      this.#fence = null;
      this.#blocks.push(block(rest.slice(0, closed.end), [closed.node]));
      return closed.end;
    }
    for (let size = firstWindow; ; size *= 2) {
      const stretches = splitBlocks(rest.slice(0, size));
      const finished = stretches.slice(0, -1);
      if (finished.length === 0 && size >= longest && rest.length > size) {
        return this.#freezeOverlong(rest.slice(0, size));
      }
      this.#rest = stretches.at(-1) ?? this.#rest;
      this.#blocks.push(...finished.map(({ source, nodes }) => block(source, nodes)));
      if (finished.length > 0 || size >= rest.length) {
        return finished.reduce((sum, { source }) => sum + source.length, 0);
      }
    }
  }

  #freezeOverlong(window: string): number {
    const source = window.slice(0, window.lastIndexOf("\n") + 1 || window.length);
    this.#blocks.push(block(source, parseMarkdown(source)));
    return source.length;
  }

  #readTail(rest: string, growing: boolean): Block | null {
    if (rest.trim() === "") return null;
    if (this.#fence) return block(rest, [this.#fence.soFar(rest, growing)]);
    const source = growing ? showable(this.#rest) : rest;
    if (source === this.#tail?.source) return this.#tail;
    return block(source, source === rest ? this.#rest.nodes : parseMarkdown(source));
  }

  /** A name that is still being written leads nowhere yet, so a growing tail defines nothing. */
  #define(growing: boolean): void {
    const last = growing || !this.#tail ? [] : [this.#tail];
    const definitions = Definitions.of([...this.#blocks, ...last]);
    if (definitions.equals(this.#definitions)) return;
    this.#definitions = definitions;
    this.#sections = [];
  }

  #arrange(): readonly Section[] {
    const all = this.#tail ? [...this.#blocks, this.#tail] : this.#blocks;
    const full = Math.floor(this.#blocks.length / sectionSize);
    const kept = this.#sections.slice(0, full);
    const sections: Section[] = [...kept];
    for (let at = kept.length * sectionSize; at < all.length; at += sectionSize) {
      sections.push(all.slice(at, at + sectionSize).map((each) => this.#definitions.apply(each)));
    }
    this.#sections = sections.slice(0, full);
    return sections;
  }
}

function block(source: string, nodes: Block["nodes"]): Block {
  return { source, nodes, addresses: none };
}
