import type { RootContent } from "mdast";
import { AsWritten } from "./AsWritten";
import { CodeBlock } from "./CodeBlock";
import { Formula } from "./Formula";
import { Heading } from "./Heading";
import { InlineNode } from "./InlineNode";
import { Inlines } from "./Inlines";
import { ListView } from "./ListView";
import { TableView } from "./TableView";
import { wordsOf } from "./words-of";
import { words } from "./words";

/** A browser lays out nested boxes on its stack: deeper than this it is an attack, and shown as plain words. */
const deepest = 40;

/** Each block of a page is written from the side on which its first letter begins; what is inside goes with it. */
export function BlockNode({ node, depth }: { node: RootContent; depth: number }) {
  if (depth > deepest) return wordsOf(node);
  const dir = depth === 0 ? "auto" : undefined;
  switch (node.type) {
    case "paragraph":
      return (
        <p dir={dir}>
          <Inlines nodes={node.children} depth={depth} />
        </p>
      );
    case "heading":
      return <Heading node={node} dir={dir} />;
    case "blockquote":
      return (
        <blockquote dir={dir}>
          <BlockNodes nodes={node.children} depth={depth + 1} />
        </blockquote>
      );
    case "list":
      return (
        <ListView
          node={node}
          dir={dir}
          renderItem={(item) => <BlockNodes nodes={item.children} depth={depth + 1} />}
        />
      );
    case "table":
      return <TableView node={node} dir={dir} />;
    case "code":
      return <CodeBlock code={node.value} language={node.lang ?? ""} meta={node.meta ?? ""} />;
    case "math":
      return <Formula tex={node.value} display />;
    case "thematicBreak":
      return <hr />;
    case "plain":
      return <AsWritten text={node.value} why={words.asWritten} />;
    case "definition":
      return null;
    default:
      return <InlineNode node={node} depth={depth} />;
  }
}

function BlockNodes({ nodes, depth }: { nodes: readonly RootContent[]; depth: number }) {
  return nodes.map((node, index) => (
    // The place is the identity: nodes only ever come after nodes.
    // oxlint-disable-next-line react/no-array-index-key
    <BlockNode key={index} node={node} depth={depth} />
  ));
}
