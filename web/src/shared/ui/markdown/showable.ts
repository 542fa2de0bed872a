/**
 * How much of an unfinished block may be shown.
 *
 * A word, once shown, must not turn out to be something else: what cannot be judged yet (`**`, half a link, the
 * first row of a table, an open formula) is held back or closed for the time being.
 */
import type { Nodes, RootContent } from "mdast";
import { closeInline } from "./close-inline";
import type { Stretch } from "./split-blocks";

/** Only marks that open or close something, after the marks of lists and quotes around it. */
const undecidedLine =
  /^(?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t])*(?:[-+*=>|:\s]*|\d{1,9}[.)]?|#{1,6}|`+|~+)$/;
const tableRow = /^[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*\|/;
const delimiterRow = /^[\s>|:-]+$/;
const fenceLine = /^(?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t])*(?:`+|~+)[ \t]*$/;
/** A longer line is more than marks, whatever it begins with; to make sure would take long. */
const longestUndecided = 1_000;
const definitionStart = /^ {0,3}\[[^\]]*\]:[ \t]*$/;

export function showable({ source, nodes }: Stretch): string {
  const leaf = lastLeaf(nodes.at(-1));
  if (!leaf) return source;
  const lineStart = source.lastIndexOf("\n") + 1;
  const line = source.slice(lineStart);
  if (line.length > longestUndecided) return showableWords(source, leaf);
  if (leaf.type === "code") {
    const hasNoBody = leaf.position?.start.line === leaf.position?.end.line;
    const undecided =
      fenceLine.test(line) || (hasNoBody && line !== "" && !isIndented(source, leaf));
    return undecided ? source.slice(0, lineStart) : source;
  }
  const undecided = undecidedLine.test(line) || definitionStart.test(line);
  if (line !== "" && undecided) return showableBefore(source, lineStart);
  return showableWords(source, leaf);
}

function isIndented(source: string, leaf: Nodes): boolean {
  return /^\s/.test(source.slice(leaf.position?.start.offset));
}

function showableBefore(source: string, lineStart: number): string {
  const before = source.slice(0, lineStart).trimEnd();
  const headStart = before.lastIndexOf("\n") + 1;
  // `|---` under a first row: the two may become a table.
  const isHead =
    delimiterRow.test(source.slice(lineStart)) && tableRow.test(before.slice(headStart));
  return isHead && !tableRow.test(lineBefore(before, headStart))
    ? before.slice(0, headStart)
    : source.slice(0, lineStart);
}

function showableWords(source: string, leaf: Nodes): string {
  const start = leaf.position?.start.offset ?? 0;
  const words = source.slice(start);
  if (leaf.type === "tableCell") {
    const closed = /[^\\]\|\s*$/.test(words);
    return closed ? source : source.slice(0, start) + closeInline(words);
  }
  if (leaf.type !== "paragraph" && leaf.type !== "heading") return source;
  const firstRow = awaitedTable(source);
  if (leaf.type === "paragraph" && firstRow !== null) return source.slice(0, firstRow);
  return source.slice(0, start) + closeInline(words);
}

/** Where the first row of what may become a table begins, if nothing but that row is there. */
function awaitedTable(source: string): number | null {
  const end = source.replace(/\n$/, "");
  const start = end.lastIndexOf("\n") + 1;
  if (!tableRow.test(end.slice(start))) return null;
  return tableRow.test(lineBefore(source, start)) ? null : start;
}

function lineBefore(source: string, lineStart: number): string {
  const before = source.slice(0, Math.max(0, lineStart - 1));
  return before.slice(before.lastIndexOf("\n") + 1);
}

function lastLeaf(node: Nodes | undefined): Nodes | null {
  if (!node) return null;
  switch (node.type) {
    case "list":
    case "listItem":
    case "blockquote":
    case "table":
    case "tableRow": {
      const children: readonly RootContent[] = node.children;
      return lastLeaf(children.at(-1)) ?? node;
    }
    default:
      return node;
  }
}
