/** Where a text falls into blocks that no later word can join again. */
import type { RootContent } from "mdast";
import { parseMarkdown } from "./parse-markdown";

export interface Stretch {
  source: string;
  nodes: RootContent[];
}

const fenceLine = /^ {0,3}(?:`{3}|~{3})[^\n]*\n/;
const mathOpening = /\$\$|\\\[/;
const bareNumber = /^ {0,3}\d{1,9}$/;

function lineStart(source: string, node: RootContent): number {
  return source.lastIndexOf("\n", (node.position?.start.offset ?? 0) - 1) + 1;
}

interface Place {
  source: string;
  /** Where the stretch begins that `node` would end. */
  start: number;
  /** Where the line of `node` begins. */
  at: number;
}

function standsAlone(
  { source, start, at }: Place,
  node: RootContent,
  before: RootContent,
): boolean {
  const rest = source.slice(at);
  const blankBefore = /\n[ \t]*\n$/.test(source.slice(Math.max(start, at - 200), at));
  if (blankBefore) {
    // "2" after a numbered list may be on its way to "2." and then belongs to the list.
    return !(before.type === "list" && bareNumber.test(rest));
  }
  // A formula that has not ended may yet swallow the fence.
  const isFence = node.type === "code" && fenceLine.test(rest);
  return isFence && !mathOpening.test(source.slice(start, at));
}

/** Reads `source` and parts it at every safe place. The last stretch may still change when more is written. */
export function splitBlocks(source: string): Stretch[] {
  const nodes = parseMarkdown(source);
  const stretches: Stretch[] = [];
  let start = 0;
  let group: RootContent[] = [];
  for (const node of nodes) {
    const at = lineStart(source, node);
    const before = group.at(-1);
    if (before && standsAlone({ source, start, at }, node, before)) {
      stretches.push({ source: source.slice(start, at), nodes: group });
      start = at;
      group = [];
    }
    group.push(node);
  }
  stretches.push({ source: source.slice(start), nodes: group });
  const areOnTheirOwn = stretches.length === 1 || !reachesOut(source, nodes);
  if (areOnTheirOwn) return stretches;
  return stretches.map(({ source }) => ({ source, nodes: parseMarkdown(source) }));
}

/**
 * Whether one stretch changes how another is read: by a name it defines (see `Definitions`), or because the parser
 * takes an empty list after indented code for words.
 */
function reachesOut(source: string, nodes: readonly RootContent[]): boolean {
  const isIndentedCode = (node: RootContent) =>
    node.type === "code" && !fenceLine.test(`${source.slice(lineStart(source, node))}\n`);
  return source.includes("]:") || nodes.some(isIndentedCode);
}

/**
 * The part of a stretch that goes on for too long which leaves its last block, or the last item of its list, to be
 * read anew with what follows; null where there is no such place.
 */
export function beforeTheLast({ source, nodes }: Stretch): Stretch | null {
  const last = nodes.at(-1);
  const item = nodes.length === 1 && last?.type === "list" ? last.children.at(-1) : last;
  const end = item ? lineStart(source, item) : 0;
  if (end === 0) return null;
  const before = source.slice(0, end);
  const isKnown = nodes.length > 1 && !reachesOut(source, nodes);
  return { source: before, nodes: isKnown ? nodes.slice(0, -1) : parseMarkdown(before) };
}
