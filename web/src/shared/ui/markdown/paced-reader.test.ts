/** When a long text is read: in parts, so that the page stays quick, and whole when it is printed. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { PacedReader } from "./paced-reader";

const paragraph = `Some **bold** words. ${"Plain ones. ".repeat(40)}\n\n`;
const long = paragraph.repeat(100);
let now = 0;

beforeEach(() => {
  now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
});

/** A machine on which each look at the clock finds a second gone. */
function slowly() {
  vi.spyOn(performance, "now").mockImplementation(() => (now += 1_000));
}

describe("a long text", () => {
  it("is read in parts on a slow machine, and is whole in the end", () => {
    slowly();
    const reader = new PacedReader();
    const seen: number[] = [];

    do seen.push(reader.read(long, false, false).flat().length);
    while (reader.wait > 0);

    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(100);
  });

  it("is read at once by a machine that takes no time", () => {
    const reader = new PacedReader();

    expect(reader.read(long, false, false).flat()).toHaveLength(100);
    expect(reader.wait).toBe(0);
  });

  it("is read at once for paper", () => {
    slowly();

    expect(new PacedReader().read(long, false, true).flat()).toHaveLength(100);
  });

  it("shows what it showed until a name that is defined late has reached it", () => {
    const used = `See [the paper]. ${"Plain ones. ".repeat(8)}\n\n`.repeat(200);
    const reader = new PacedReader();
    reader.read(used, true, false);
    slowly();

    const [first, ...others] = reader.read(
      `${used}[the paper]: https://a.example\n\nMore`,
      true,
      false,
    );

    expect(reader.wait).toBeGreaterThan(0);
    expect([first, ...others].flat().length).toBeGreaterThanOrEqual(200);
    expect(first?.[0]?.addresses.get("the paper")).toBe("https://a.example");
  });
});

it("reads a short text at once on the slowest machine", () => {
  slowly();
  const reader = new PacedReader();

  expect(reader.read(paragraph.repeat(30), false, false).flat()).toHaveLength(30);
  expect(reader.wait).toBe(0);
});
