/**
 * How much of a text the parser may read at once.
 *
 * It is quick with what people write. Marks that open and never close, and boxes within boxes, take it seconds: a
 * mark costs it several times what a letter does, and a long text more than its length. What is weighed here is
 * about the microseconds that reading takes.
 */
const letter = 1;
const mark = 8;
const line = 20;
/** A blank at the beginning of a line is asked about by every list around it. */
const indent = 5;
const marks = new Set([..."*_~`[]()<>|\\$&!"].map((sign) => sign.charCodeAt(0)));

/** A paragraph of twenty thousand letters, a table of three hundred rows, or three thousand brackets. */
const most = 24_000;

const lineFeed = 0x0a;

/** Lists and quotes nested this deep on one line are an attack on the parser's stack. */
const tooDeep = /^[ \t]*(?:(?:>|[-+*]|\d{1,9}[.)])[ \t]*){60}/m;

/** So much of a line that is too deep tells whether it belongs to what stands above it. */
const firstMarks = 10;

/** The length of the beginning of `text` that may be read at once; 0 where not even its first line may. */
export function readablePart(text: string): number {
  const light = text.slice(0, lightPart(text, most));
  const deep = tooDeep.exec(light);
  if (!deep) return light.length;
  return deep.index && deep.index + deep[0].search(/\S/) + firstMarks;
}

/** Whether the parser may have all of `text`: a block that was found to be readable, and the names it uses. */
export function isReadable(text: string): boolean {
  return lightPart(text, 2 * most) === text.length && !tooDeep.test(text);
}

function lightPart(text: string, limit: number): number {
  let weight = 0;
  let isIndent = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    weight += weightOf(code, isIndent);
    if (weight > limit) return at;
    isIndent = code === lineFeed || (isIndent && isBlank(code));
  }
  return text.length;
}

function weightOf(code: number, isIndent: boolean): number {
  if (code === lineFeed) return line;
  if (isBlank(code)) return isIndent ? indent : letter;
  return marks.has(code) ? mark : letter;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
