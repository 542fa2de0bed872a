/**
 * Code between fences at the margin, read without the parser.
 *
 * A long listing is one block, and it grows a word at a time: here a word costs the search for the closing fence
 * in what is new, not another reading of the whole.
 */
import type { Code } from "mdast";
import { parseMarkdown } from "./parse-markdown";

/** A longer first line is no listing. */
const longestLine = 1_000;
const openingLine = /^( {0,3})(`{3,}(?=[^`\n]*\n)|~{3,}(?!~))[^\n]*\n/;

export class OpenFence {
  readonly #indent: number;
  readonly #closing: RegExp;
  readonly #partial: RegExp;
  readonly #head: Code;
  readonly #bodyStart: number;
  #searched: number;

  /** Null where the source does not begin with a whole opening line, or is not as simple as it looks. */
  static at(source: string): OpenFence | null {
    const match = openingLine.exec(source.slice(0, longestLine));
    if (!match) return null;
    const [line, indent = "", marker = ""] = match;
    const [head] = parseMarkdown(line);
    return head?.type === "code" ? new OpenFence(head, line, indent.length, marker) : null;
  }

  private constructor(head: Code, line: string, indent: number, marker: string) {
    this.#head = head;
    this.#indent = indent;
    this.#bodyStart = line.length;
    this.#searched = line.length;
    this.#partial = new RegExp(`(?<=\\n) {0,3}${marker.charAt(0)}+[ \\t]*$`);
    this.#closing = new RegExp(`(?<=\\n) {0,3}${marker}${marker.charAt(0)}*[ \\t]*(?=\\n|$)`, "g");
  }

  /** The finished block and where it ends, once the line of its closing fence is complete. */
  close(source: string): { node: Code; end: number } | null {
    this.#closing.lastIndex = this.#searched;
    const match = this.#closing.exec(source);
    const end = match ? match.index + match[0].length : source.length;
    if (match && end < source.length)
      return { node: this.#read(source, match.index), end: end + 1 };
    this.#searched = Math.max(this.#bodyStart, source.lastIndexOf("\n"));
    return null;
  }

  /** What there is so far. While it grows, a last line that may become the closing fence is held back. */
  soFar(source: string, growing: boolean): Code {
    const ending = growing ? this.#partial : this.#closing;
    ending.lastIndex = this.#searched;
    return this.#read(source, ending.exec(source)?.index ?? source.length);
  }

  #read(source: string, end: number): Code {
    const body = source.slice(this.#bodyStart, Math.max(end, this.#bodyStart)).replace(/\n$/, "");
    if (this.#indent === 0) return { ...this.#head, value: body };
    const indented = new RegExp(`(?<=\\n|^) {1,${this.#indent}}`, "g");
    return { ...this.#head, value: body.replace(indented, "") };
  }
}
