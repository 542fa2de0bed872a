import type { RootContent } from "mdast";
import { InlineNode } from "./InlineNode";

export function Inlines({ nodes, depth }: { nodes: readonly RootContent[]; depth: number }) {
  return nodes.map((node, index) => (
    // The place is the identity: nodes only ever come after nodes.
    // oxlint-disable-next-line react/no-array-index-key
    <InlineNode key={index} node={node} depth={depth} />
  ));
}
