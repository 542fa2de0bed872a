/**
 * Reads a text that grows: finished blocks once, the last one again with each new word.
 *
 * The outcome depends on the text alone, not on the steps in which it came: that is what the property tests hold.
 */
import type { Block } from "./block";
import { Definitions } from "./definitions";
import { OpenFence } from "./open-fence";
import { parseMarkdown } from "./parse-markdown";
import { plain, PlainPart } from "./plain-part";
import { readablePart } from "./readable-part";
import { showable } from "./showable";
import { beforeTheLast, splitBlocks, type Stretch } from "./split-blocks";

/** A block that is not over after so many readings is shown as it was written from there on. */
const mostReadings = 3;
const sectionSize = 32;
const none: ReadonlyMap<string, string> = new Map();

/** Blocks by the dozen: a full section stays the same object, so that a new word costs nothing there. */
export type Section = readonly Block[];

export class BlockReader {
  #prefix = "";
  #blocks: Block[] = [];
  #definitions = new Definitions();
  /** As they were shown last. */
  #sections: Section[] = [];
  /** How many of them are full, and know every name that is defined so far. */
  #settled = 0;
  #fence: OpenFence | null = null;
  #plain: PlainPart | null = null;
  /** How often a part of the block at the end was read and found to be no end of it. */
  #readings = 0;
  /** What is not finished, as the parser reads it. */
  #rest: Stretch = { source: "", nodes: [] };
  #tail: Block | null = null;
  #isDone = true;

  /** Whether the sections given last are all of the text; if not, the next reading goes on from there. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /**
   * The sections of `text`. While it is `growing`, what cannot be judged yet is held back at its end.
   *
   * A long text takes long: after each part of it, `isEnough` may say that the rest is for another time.
   */
  read(text: string, growing: boolean, isEnough = () => false): readonly Section[] {
    const clean = text.replaceAll("\uFEFF", "").replaceAll(/\r\n?/g, "\n");
    if (!clean.startsWith(this.#prefix)) this.#forget();
    this.#isDone = this.#freezeFinished(clean, isEnough);
    this.#tail = this.#isDone ? this.#readTail(clean.slice(this.#prefix.length), growing) : null;
    this.#define(growing);
    return this.#arrange(isEnough);
  }

  #forget(): void {
    this.#prefix = "";
    this.#blocks = [];
    this.#definitions = new Definitions();
    this.#sections = [];
    this.#settled = 0;
    this.#fence = null;
    this.#plain = null;
    this.#readings = 0;
    this.#tail = null;
  }

  /** False when it stopped before the last block. */
  #freezeFinished(text: string, isEnough: () => boolean): boolean {
    const start = this.#prefix.length;
    let at = start;
    let isLate = false;
    while (!isLate) {
      const isBetween = !this.#fence && !this.#plain;
      if (isBetween) at += /^(?:[ \t]*\n)*/.exec(text.slice(at))?.[0].length ?? 0;
      const used = this.#freezeOne(text.slice(at));
      if (used === 0) break;
      at += used;
      isLate = isEnough();
    }
    if (at > start) this.#prefix = text.slice(0, at);
    return !isLate;
  }

  /** Freezes what is finished at the beginning of `rest`, and says how much of it that is. */
  #freezeOne(rest: string): number {
    if (this.#plain) return this.#freezePlain(rest, this.#plain);
    this.#fence ??= OpenFence.at(rest);
    if (this.#fence) return this.#freezeFence(rest, this.#fence);
    const most = readablePart(rest);
    if (most === 0 && rest !== "") return this.#goPlain({ source: "", nodes: [] }, rest);
    const stretches = splitBlocks(rest.slice(0, most));
    const last = stretches.at(-1) ?? this.#rest;
    if (stretches.length < 2 && most < rest.length) return this.#freezeOverlong(last, rest);
    const finished = stretches.slice(0, -1);
    if (finished.length > 0) this.#readings = 0;
    this.#rest = last;
    this.#blocks.push(...finished.map(({ source, nodes }) => block(source, nodes)));
    return finished.reduce((sum, { source }) => sum + source.length, 0);
  }

  #freezeFence(rest: string, fence: OpenFence): number {
    const closed = fence.close(rest);
    if (!closed) return 0;
    this.#fence = null;
    this.#blocks.push(block(rest.slice(0, closed.end), [closed.node]));
    return closed.end;
  }

  #freezePlain(rest: string, part: PlainPart): number {
    const end = part.end(rest);
    if (end === 0) return 0;
    this.#plain = null;
    this.#blocks.push(block(rest.slice(0, end), [plain(rest.slice(0, end))]));
    return end;
  }

  /** Freezes what was read of a block that goes on for too long: the next item begins anew, or nothing does. */
  #freezeOverlong(read: Stretch, rest: string): number {
    const before = ++this.#readings < mostReadings ? beforeTheLast(read) : null;
    if (!before) return this.#goPlain(read, rest);
    this.#blocks.push(block(before.source, before.nodes));
    return before.source.length;
  }

  #goPlain({ source, nodes }: Stretch, rest: string): number {
    const end = endOfWords(source);
    const kept = source.slice(0, end);
    this.#readings = 0;
    this.#plain = new PlainPart(nodes.at(-1)?.type === "list");
    if (end === 0) return this.#freezePlain(rest, this.#plain);
    this.#blocks.push(block(kept, end === source.length ? nodes : parseMarkdown(kept)));
    return end;
  }

  #readTail(rest: string, growing: boolean): Block | null {
    if (rest.trim() === "") return null;
    if (this.#plain) return block(rest, [plain(rest)]);
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
    this.#settled = 0;
  }

  #arrange(isEnough: () => boolean): readonly Section[] {
    const all = this.#tail ? [...this.#blocks, this.#tail] : this.#blocks;
    const full = Math.floor(this.#blocks.length / sectionSize);
    const sections: Section[] = [];
    let isLate = false;
    for (let at = 0; at < all.length; at += sectionSize) {
      const index = sections.length;
      const old = this.#sections[index];
      if (index >= this.#settled && isLate) this.#isDone = false;
      if (old && (index < this.#settled || isLate)) {
        sections.push(old);
        continue;
      }
      if (isLate) break;
      sections.push(all.slice(at, at + sectionSize).map((each) => this.#definitions.apply(each)));
      if (index < full) this.#settled = index + 1;
      isLate = isEnough();
    }
    this.#sections = sections;
    return sections;
  }
}

/** Where to end what was cut off somewhere: after a line, after a word, or between two letters. */
function endOfWords(source: string): number {
  const end = source.lastIndexOf("\n") + 1 || source.lastIndexOf(" ") + 1;
  const isHalf = /[\uD800-\uDBFF]$/.test(source);
  return end || (isHalf ? source.length - 1 : source.length);
}

function block(source: string, nodes: Block["nodes"]): Block {
  return { source, nodes, addresses: none };
}
