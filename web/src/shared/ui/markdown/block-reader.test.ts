/** Reading a text that grows: what is shown on the way, and where it ends. */
import { array, assert, constantFrom, property } from "fast-check";
import type { Nodes } from "mdast";
import { describe, expect, it } from "vitest";
import { runs } from "../../testing/runs";
import { BlockReader, type Section } from "./block-reader";
import { wordsOf } from "./words-of";

const answer = `Some **bold** and *slanted* and \`code\` and [a link](https://example.org/z) end.

# Heading one

Money: $5 and $6. Formulas: $x^2 + y$ and \\(a+b\\).

$$
E = mc^2
$$

- item **one**
- item two
  - nested \`c\`

1. first
2. second

| A | B |
|---|---|
| 1 | **2** |
| 3 | 4 |

\`\`\`python
x = 1

print(x)
\`\`\`

Text:
\`\`\`js
a()
\`\`\`
after ![alt](https://example.org/a.png) and ~~gone~~ <https://auto.example.org> &amp; done

> quote **b**
> more

---

end ***both*** and __strong__ and snake_case_name
`;

function wordsShown(sections: readonly Section[]): string {
  const nodes = sections.flat().flatMap((block) => block.nodes);
  return nodes.map((node) => wordsOf(node)).join("\n");
}

/** The tree without the places it was read from; the blank lines at the end of a listing are never shown. */
function shape(sections: readonly Section[]): string {
  const blocks = sections.flat().map(({ nodes, addresses }) => ({ nodes, names: [...addresses] }));
  const nodes = blocks.flatMap((block) => block.nodes.map((node) => [node, block.names]));
  return JSON.stringify(nodes, function keep(this: Nodes, key: string, value: unknown) {
    if (key === "position") return undefined;
    const isListing = key === "value" && this.type === "code" && typeof value === "string";
    return isListing ? value.replace(/\n+$/, "") : value;
  });
}

/** Read by one who has enough after each part. */
function inParts(text: string): readonly Section[] {
  const reader = new BlockReader();
  let sections: readonly Section[];
  do sections = reader.read(text, false, () => true);
  while (!reader.isDone);
  return sections;
}

function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

describe("while it grows", () => {
  it("never shows a letter that later turns out to be something else", () => {
    const whole = squeeze(wordsShown(new BlockReader().read(answer, false)));
    const reader = new BlockReader();

    const wrong = Array.from(answer, (_, end) => answer.slice(0, end + 1))
      .map((sofar) => [sofar, squeeze(wordsShown(reader.read(sofar, true)))] as const)
      .filter(([, shown]) => !whole.startsWith(shown));

    expect(wrong).toEqual([]);
  });

  it.each([
    ["words **and bo", "words and bo"],
    ["words **", "words"],
    ["see [the do", "see"],
    ["see [the docs](https://exam", "see the docs"],
    ["so $x = \\fra", "so"],
    ["it costs $5", "it costs $5"],
    ["first\n---", "first"],
    ["| Day | km |", ""],
    ["| Day | km |\n|--", ""],
    ["```", ""],
    ["```py", ""],
    ["```py\nx = 1\n``", "x = 1"],
    ["a *", "a"],
    ["2 * 3", "2 * 3"],
    ["tom &am", "tom"],
    ["$$\nx = ", ""],
  ])("shows of %j: %j", (text, shown) => {
    expect(wordsShown(new BlockReader().read(text, true))).toBe(shown);
  });

  it("keeps finished sections the same objects, so that nothing in them is drawn again", () => {
    const long = "A paragraph.\n\n".repeat(100);
    const reader = new BlockReader();
    const [first] = reader.read(long, true);

    const [again] = reader.read(`${long}And more words`, true);

    expect(again).toBe(first);
  });

  it("reads about the last block per word, however long it is", () => {
    const long =
      "Some **bold** words, `code` and [a link](https://example.org).\n\n- one\n- two\n\n";
    const text = long.repeat(200);
    const reader = new BlockReader();
    let parts = 0;
    const count = () => {
      parts += 1;
      return false;
    };
    reader.read(text, true, count);
    const partsOfAll = parts;
    parts = 0;

    for (let words = 0; words < 20; words++) reader.read(text + "word ".repeat(words), true, count);

    expect(partsOfAll).toBeGreaterThan(10);
    expect(parts / 20).toBeLessThanOrEqual(2);
  });
});

describe("in the end", () => {
  const pieces = [
    "** * _ ` ``` ~~ ~~~ $$ $x$ $5 \\[ \\] \\( \\ --- = 2 1) word <b> &amp; é".split(" "),
    "[a](https://x.y) ![i](https://a.b) [a] |a|b|\n |-|-|".split(" "),
    ["- ", "* ", "1. ", "> ", "# ", "    ", "\t", "\n  ", "\n", "\n\n", "\r\n", "\uFEFF", "\u2028"],
    ["\n```py\n", "x\n", "[a]: https://x.y"],
  ].flat();

  it("reads the same, wherever the text was cut on its way", () => {
    assert(
      property(array(constantFrom(...pieces), { maxLength: 25 }), (parts) => {
        const text = parts.join("");
        const reader = new BlockReader();
        for (let end = 1; end <= text.length; end++) reader.read(text.slice(0, end), true);

        const whole = shape(new BlockReader().read(text, false));
        expect(shape(reader.read(text, false))).toBe(whole);
        expect(shape(inParts(text))).toBe(whole);
      }),
      { numRuns: runs(30) },
    );
  });

  it.each([
    "**\n```**```x\n|-|-|",
    "[a]\n\n- [a]: https://x.y",
    "1. a\n\n2. b",
    "* ```\n\n\n\n---",
    "    **\n\n* \n```py\n",
    "\\[|a|b|\n\\]**",
    "\\(\n\\)",
  ])("reads the same letter by letter: %j", (text) => {
    const reader = new BlockReader();
    for (let end = 1; end <= text.length; end++) reader.read(text.slice(0, end), true);

    expect(shape(reader.read(text, false))).toBe(shape(new BlockReader().read(text, false)));
  });

  it("starts again when the text is another one", () => {
    const reader = new BlockReader();
    reader.read("One.\n\nTwo.\n\nThree.", false);

    expect(wordsShown(reader.read("Four.\n\nFive.", false))).toBe("Four.\nFive.");
  });
});
