import type { RootContent } from "mdast";
import { type ReactNode, use } from "react";
import { AddressContext } from "./address-context";
import { ExternalLink } from "./ExternalLink";
import { Formula } from "./Formula";
import { ImageLink } from "./ImageLink";
import { wordsOf } from "./words-of";

/** A browser lays out nested boxes on its stack: deeper than this it is an attack, and shown as plain words. */
const deepest = 40;

export function InlineNode({ node, depth }: { node: RootContent; depth: number }): ReactNode {
  const addresses = use(AddressContext);
  const addressOf = (name: string) => addresses.get(name) ?? "";
  switch (node.type) {
    case "text":
      return node.value;
    case "emphasis":
      return <em>{inside(node.children, depth)}</em>;
    case "strong":
      return <strong>{inside(node.children, depth)}</strong>;
    case "delete":
      return <del>{inside(node.children, depth)}</del>;
    case "inlineCode":
      return <code>{node.value}</code>;
    case "inlineMath":
      return <Formula tex={node.value} display={node.display} />;
    case "link":
      return <ExternalLink address={node.url}>{inside(node.children, depth)}</ExternalLink>;
    case "linkReference":
      return (
        <ExternalLink address={addressOf(node.identifier)}>
          {inside(node.children, depth)}
        </ExternalLink>
      );
    case "image":
      return <ImageLink name={node.alt ?? ""} address={node.url} />;
    case "imageReference":
      return <ImageLink name={node.alt ?? ""} address={addressOf(node.identifier)} />;
    case "break":
      return <br />;
    default:
      return wordsOf(node);
  }
}

function inside(nodes: readonly RootContent[], depth: number): ReactNode {
  if (depth > deepest) return nodes.map((node) => wordsOf(node)).join("");
  return nodes.map((node, index) => (
    // The place is the identity: nodes only ever come after nodes.
    // oxlint-disable-next-line react/no-array-index-key
    <InlineNode key={index} node={node} depth={depth + 1} />
  ));
}
