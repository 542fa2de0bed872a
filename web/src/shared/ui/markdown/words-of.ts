import type { Nodes } from "mdast";

/** The bare words of a node and of all within it, however deep. */
export function wordsOf(root: Nodes): string {
  const words: string[] = [];
  const waiting: Nodes[] = [root];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if ("value" in node) words.push(node.value);
    else if ("children" in node) waiting.push(...node.children.toReversed());
  }
  return words.join("");
}
