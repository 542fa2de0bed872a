/** A block that is too much for the parser: how much of it is read, and what becomes of the rest. */
import { array, assert, constantFrom, nat, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../testing/runs";
import { BlockReader, type Section } from "./block-reader";
import { isReadable, readablePart } from "./readable-part";
import { wordsOf } from "./words-of";

const size = 120_000;

function much(of: string): string {
  return of.repeat(Math.ceil(size / of.length)).slice(0, size);
}

const hardOnes = [
  ["open links", much("[a](")],
  ["stars", much("*")],
  ["open emphasis", much("*a **b ")],
  ["ticks and stars", much("*`")],
  ["waves", much("~")],
  ["backslashes", much("\\(a ")],
  ["one paragraph", much("word ")],
  ["a table", `|a|b|\n|-|-|\n${much("|c|d|\n")}`],
  ["definitions", much("[a]: b\n")],
  ["a staircase", Array.from({ length: 346 }, (_, i) => `${" ".repeat(i * 2)}- a`).join("\n")],
  ["quotes in quotes", much(">")],
] as const;

const words = "Some **bold** words, `code` and [a link](https://example.org). ";

function isPlain(block: Section[number]): boolean {
  return block.nodes.some(({ type }) => type === "plain");
}

/** What is shown, with its words, without the places it was read from. */
function shape(sections: readonly Section[]) {
  return sections.flat().flatMap(({ nodes }) => nodes.map((node) => [node.type, wordsOf(node)]));
}

describe("what the parser is given", () => {
  it.each(hardOnes)("is a bounded part of the block, and that once: %s", (_, text) => {
    const reader = new BlockReader();
    const before = reader.read(text.slice(0, -1), true).flat();

    const after = reader.read(text, true).flat();

    const read = after.filter((block) => !isPlain(block));
    expect(read.length).toBeLessThanOrEqual(3);
    expect(after.slice(read.length).map(isPlain)).toEqual([true]);
    for (const block of read) expect(isReadable(block.source)).toBe(true);
    for (const [index, block] of read.entries()) expect(block).toBe(before[index]);
    expect(after.map(({ source }) => source).join("")).toBe(text);
  });

  it("is less of marks than of letters", () => {
    expect(readablePart(much("[a]("))).toBeLessThan(4_000);
    expect(readablePart(much(words))).toBeGreaterThan(10_000);
  });
});

describe("the rest", () => {
  it("is the same of whatever stands before and after, and wherever it was cut on its way", () => {
    const pieces = [
      "Words before.",
      "[a](".repeat(900),
      "plain words ".repeat(1_200),
      "- a\n".repeat(900),
      "- a\n\n".repeat(500),
      "|a|b|\n|-|-|\n",
      "|c|d|\n".repeat(500),
      "~~~\ncode\n~~~",
      "1. one\n   ",
      "> ",
      ">".repeat(70),
      "[a]: https://a.example",
    ];
    assert(
      property(
        array(tuple(constantFrom(...pieces), constantFrom("\n\n", "\n", " ")), { maxLength: 5 }),
        array(nat(99), { maxLength: 4 }),
        (parts, cuts) => {
          const text = parts.flat().join("");
          const reader = new BlockReader();
          for (const cut of cuts.toSorted((a, b) => a - b)) {
            reader.read(text.slice(0, (text.length * cut) / 100), true);
          }

          const grown = shape(reader.read(text, false));

          expect(grown).toEqual(shape(new BlockReader().read(text, false)));
        },
      ),
      { numRuns: runs(5) },
    );
  });

  it("begins where the block that is too much does", () => {
    const text = `**Before.**\n\n${much("[a](")}`;

    const blocks = new BlockReader().read(text, false).flat();

    expect(shape([blocks])[0]).toEqual(["paragraph", "Before."]);
    expect(blocks.map(isPlain)).toEqual([false, false, true]);
  });

  it("ends with its block, and what follows is read again", () => {
    const text = `${much("[a](")}\n\nAnd **then**.`;

    const blocks = new BlockReader().read(text, false).flat();

    expect(blocks.map(isPlain)).toEqual([false, true, false]);
    expect(shape([blocks]).at(-1)).toEqual(["paragraph", "And then."]);
  });

  it("of a list whose items have air between them ends with the list", () => {
    const text = `${"- a\n\n".repeat(1_800)}- b\n\n  more of b\n\nAfter it.`;

    const blocks = new BlockReader().read(text, false).flat();

    expect(blocks.filter(isPlain)).toHaveLength(1);
    expect(blocks.at(-1)?.source).toBe("After it.");
  });

  it("of a long list is a list still, as long as anybody would read", () => {
    const item = `1. **Name**: ${"plain words ".repeat(8)}\n   - and a line below\n\n`;
    const text = item.repeat(200);

    const blocks = new BlockReader().read(text, false).flat();

    expect(text.length).toBeGreaterThan(25_000);
    expect(blocks.map(({ nodes }) => nodes[0]?.type)).toEqual(["list", "list"]);
  });

  it("is no part of what stands before a line of too many boxes", () => {
    const text = `**Before.**\n\n${">".repeat(100)}\n\nAfter.`;
    const reader = new BlockReader();
    for (let end = 1; end < text.length; end++) reader.read(text.slice(0, end), true);

    const sections = reader.read(text, false);

    expect(shape(sections)).toEqual([
      ["paragraph", "Before."],
      ["plain", ">".repeat(100)],
      ["paragraph", "After."],
    ]);
    expect(shape(new BlockReader().read(text, false))).toEqual(shape(sections));
  });

  it("keeps its words when it uses a name that is defined elsewhere", () => {
    const text = `[a]: https://example.org\n\n${"> ".repeat(100)}[a]`;

    const sections = new BlockReader().read(text, false);

    expect(shape(sections).at(-1)).toEqual(["plain", `${"> ".repeat(100)}[a]`]);
  });

  it("does not split a letter of two halves", () => {
    const blocks = new BlockReader().read(`a${"🦉".repeat(40_000)}`, false).flat();

    expect(blocks.find(isPlain)?.source.startsWith("🦉")).toBe(true);
  });
});
