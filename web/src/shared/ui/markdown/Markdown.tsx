import { memo, use, useEffect, useMemo, useReducer, useState } from "react";
import { BlockNode } from "./BlockNode";
import { AddressContext } from "./address-context";
import { AtOnceContext } from "./at-once-context";
import type { Block } from "./block";
import type { Section } from "./block-reader";
import styles from "./Markdown.module.css";
import { PacedReader } from "./paced-reader";

export interface MarkdownProps {
  text: string;
  /** More is on its way: what cannot be judged yet is held back at the end. */
  streaming?: boolean;
}

/** A model's answer as a page of text. What it contains is hostile: no HTML, no pictures fetched, few addresses. */
export function Markdown({ text, streaming = false }: MarkdownProps) {
  const atOnce = use(AtOnceContext);
  const [reader] = useState(() => new PacedReader());
  const [turn, lookAgain] = useReducer((count: number) => count + 1, 0);
  const sections = useMemo(
    () => reader.read(text, streaming, atOnce),
    // `turn` makes it look again at the same text.
    // oxlint-disable-next-line react/exhaustive-deps
    [reader, text, streaming, atOnce, turn],
  );

  // Synchronises with the clock: a costly block is read less often and a long text in parts, and what is left must
  // not wait for the next word.
  useEffect(() => {
    if (reader.wait === 0) return;
    const timer = setTimeout(lookAgain, reader.wait);
    return () => clearTimeout(timer);
  }, [reader, text, turn]);

  return (
    <div className={styles.prose}>
      {sections.map((section, index) => (
        // Blocks only ever come after blocks: the place is the identity.
        // oxlint-disable-next-line react/no-array-index-key
        <SectionView key={index} section={section} />
      ))}
    </div>
  );
}

const SectionView = memo(function SectionView({ section }: { section: Section }) {
  // oxlint-disable-next-line react/no-array-index-key
  return section.map((block, index) => <BlockView key={index} block={block} />);
});

const BlockView = memo(function BlockView({ block }: { block: Block }) {
  return (
    <AddressContext value={block.addresses}>
      {block.nodes.map((node, index) => (
        // oxlint-disable-next-line react/no-array-index-key
        <BlockNode key={index} node={node} depth={0} />
      ))}
    </AddressContext>
  );
});
