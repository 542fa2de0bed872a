import type { Heading as HeadingNode } from "mdast";
import { Inlines } from "./Inlines";
import styles from "./Heading.module.css";
import { joinClasses } from "../../lib/join-classes";

/** Below the page's own title: the first two levels are chapters, the rest are strong lines. */
export function Heading({ node, dir }: { node: HeadingNode; dir: "auto" | undefined }) {
  const Level = node.depth <= 2 ? "h2" : node.depth === 3 ? "h3" : "h4";
  return (
    <Level className={joinClasses(node.depth <= 2 ? styles.chapter : styles.line)} dir={dir}>
      <Inlines nodes={node.children} depth={0} />
    </Level>
  );
}
