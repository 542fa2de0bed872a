import { markdownLineEnding, markdownSpace } from "micromark-util-character";
import type { Code } from "micromark-util-types";

/** The characters that formulas are written with, as the parser sees them. */
export const codes = {
  dollar: 36,
  openParenthesis: 40,
  closeParenthesis: 41,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
} as const;

export function isLineEnd(code: Code): boolean {
  return code === null || markdownLineEnding(code);
}

export function isBlank(code: Code): boolean {
  return isLineEnd(code) || markdownSpace(code);
}

export function isDigit(code: Code): boolean {
  return code !== null && code >= 48 && code <= 57;
}

export function isWordCharacter(code: Code): boolean {
  return (
    isDigit(code) || (code !== null && ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)))
  );
}

const signs = new Set([..."\\^_=+*/<>{}|"].map((sign) => sign.charCodeAt(0)));

/** Whether it looks like mathematics rather than like words in escaped brackets. */
export function isSign(code: Code): boolean {
  return code !== null && signs.has(code);
}
