/**
 * The names of `[name]: https://…`, which reach from one block into all others, also backwards.
 *
 * Each block is read alone; the few that use a name defined elsewhere are read again with it.
 */
import type { Block } from "./block";
import { parseMarkdown } from "./parse-markdown";

const limit = 100;
/** Who writes longer names does not mean to be read. */
const longestName = 200;

/** What can use no name. */
const nameless: ReadonlySet<string> = new Set(["code", "math", "plain", "definition"]);
const opening = /^\[(?:\\[^]|[^\\\]])+\]:/;

interface Definition {
  label: string;
  /** As it was written: `[name]:`. What follows may be long, and would be read with every block. */
  opening: string;
  address: string;
}

export class Definitions {
  readonly #known = new Map<string, Definition>();
  readonly #applied = new WeakMap<Block, Block>();

  /** What `blocks` define; of two of the same name the first one holds. */
  static of(blocks: Iterable<Block>): Definitions {
    const definitions = new Definitions();
    for (const block of blocks) definitions.#add(block);
    return definitions;
  }

  equals(other: Definitions): boolean {
    return (
      this.#known.size === other.#known.size &&
      [...this.#known].every(([key, { opening, address }]) => {
        const same = other.#known.get(key);
        return same?.opening === opening && same.address === address;
      })
    );
  }

  /** The block as it reads with these names known; the same object where it uses none of them. */
  apply(block: Block): Block {
    if (this.#known.size === 0) return block;
    const applied = this.#applied.get(block) ?? this.#readAgain(block);
    this.#applied.set(block, applied);
    return applied;
  }

  #readAgain(block: Block): Block {
    const words = block.source.toLowerCase();
    const used = [...this.#known].filter(([, { label }]) => words.includes(`[${label}]`));
    if (used.length === 0 || block.nodes.every(({ type }) => nameless.has(type))) return block;
    const preface = `${used.map(([, { opening }]) => `${opening} x`).join("\n")}\n\n`;
    const nodes = parseMarkdown(preface + block.source).filter(
      (node) => (node.position?.start.offset ?? 0) >= preface.length,
    );
    if (nodes.length === 0) return block;
    return { ...block, nodes, addresses: new Map(used.map(([id, { address }]) => [id, address])) };
  }

  #add(block: Block): void {
    for (const node of block.nodes) {
      if (node.type !== "definition" || this.#known.has(node.identifier)) continue;
      if (this.#known.size >= limit) return;
      const label = (node.label ?? node.identifier).toLowerCase();
      const [written] = opening.exec(block.source.slice(node.position?.start.offset)) ?? [];
      if (!written || label.length > longestName) continue;
      this.#known.set(node.identifier, { label, opening: written, address: node.url });
    }
  }
}
