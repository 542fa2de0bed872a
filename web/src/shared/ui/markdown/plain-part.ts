/** What is left of a block that is too much for the parser: shown as it was written, up to where the block ends. */
import type { Literal } from "mdast";

interface Plain extends Literal {
  type: "plain";
}

declare module "mdast" {
  interface RootContentMap {
    plain: Plain;
  }
}

const blankLine = /\n[ \t]*\n/g;
/** Items of a list may have blank lines between them. */
const endOfList = /\n[ \t]*\n(?=[^\s\d>*+-])/g;

export function plain(source: string): Plain {
  return { type: "plain", value: source.replace(/^\n/, "").trimEnd() };
}

export class PlainPart {
  readonly #ending: RegExp;
  #searched = 0;

  constructor(isInList: boolean) {
    this.#ending = isInList ? endOfList : blankLine;
  }

  /** Where the part ends; 0 while it goes on. `source` may only have grown since it was asked last. */
  end(source: string): number {
    this.#ending.lastIndex = this.#searched;
    const match = this.#ending.exec(source);
    this.#searched = source.trimEnd().length;
    return match ? match.index + match[0].length : 0;
  }
}
