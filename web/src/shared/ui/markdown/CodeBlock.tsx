import { useState } from "react";
import styles from "./CodeBlock.module.css";
import { CopyButton } from "./CopyButton";
import { Listing } from "./Listing";
import { languageOf } from "./languages";
import { words } from "./words";
import { IconButton } from "../IconButton";

export interface CodeBlockProps {
  code: string;
  /** The word after the fence, possibly with a file name: `python:tools/run.py`. */
  language: string;
  meta: string;
}

/** A listing with its language, Wrap and Copy; never wider than the column without its own scroll. */
export function CodeBlock({ code, language, meta }: CodeBlockProps) {
  const [wraps, setWraps] = useState(false);
  const [word = "", path = ""] = language.split(":");
  const known = languageOf(word);
  const file = path || fileIn(meta);
  const name = known.name || words.plainText;
  const text = withoutBlankEnd(code);
  return (
    <div className={styles.block}>
      <div className={styles.head}>
        <span className={styles.language}>
          <b>{name}</b>
          {file}
        </span>
        <IconButton
          icon="wrap"
          label={words.wrap}
          aria-pressed={wraps}
          onClick={() => setWraps(!wraps)}
        />
        <CopyButton text={text} />
      </div>
      <pre
        className={styles.body}
        data-wraps={wraps || undefined}
        // Keyboards scroll what has the focus. Not a region: a thread of landmarks would lead nowhere.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="group"
        aria-label={file || words.code(name)}
      >
        <Listing code={text} language={known} />
      </pre>
    </div>
  );
}

/** By hand: to look for `\n+$` would take the square of many blank lines. */
function withoutBlankEnd(code: string): string {
  let end = code.length;
  while (code.charAt(end - 1) === "\n") end--;
  return code.slice(0, end);
}

/** `title="run.py"` or a bare file name, as some models write behind the language. */
function fileIn(meta: string): string {
  return (
    /(?:title|file(?:name)?)="?([^"\s]+)/.exec(meta)?.[1] ?? /^[\w./-]+\.\w+$/.exec(meta)?.[0] ?? ""
  );
}
