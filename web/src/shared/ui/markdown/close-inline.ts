/**
 * Closes, for the time being, what the last words of an unfinished paragraph have opened.
 *
 * `a **bo` reads as `a **bo**`, `[name](http` as the name alone; what cannot be judged yet is left out.
 */
interface Marker {
  sign: string;
  size: number;
  /** Where the words after it begin. */
  end: number;
}

interface Scan {
  text: string;
  open: Marker[];
}

/** Where to go on reading, or what to show of the text because the rest cannot be judged yet. */
type Step = number | { show: string };

/** How long a bracket or a formula may stay open before it is taken for what it looks like. */
const patience = 400;
/** Nobody nests deeper; only an attack does. */
const deepest = 20;

export function closeInline(words: string): string {
  const scan: Scan = { text: withoutUndecidedEnd(words), open: [] };
  let at = 0;
  while (at < scan.text.length) {
    const step = readOne(scan, at);
    if (typeof step !== "number") return closeAll(step.show, scan.open);
    at = step;
  }
  return closeAll(scan.text, scan.open);
}

/** Half an entity, half an escape and half a marker say nothing yet. */
function withoutUndecidedEnd(words: string): string {
  return words
    .replace(/&#?[a-z0-9]{0,31}$/i, "")
    .replace(/(?<!\\)((?:\\\\)*)\\$/, "$1")
    .replace(/(?<![\\*])\*+$|(?<![\\_])_+$|(?<![\\~])~+$|(?<![\\!])!$/, "");
}

function readOne(scan: Scan, at: number): Step {
  switch (scan.text.charAt(at)) {
    case "\\":
      return readEscape(scan.text, at);
    case "`":
      return readCode(scan.text, at);
    case "$":
      return readDollar(scan.text, at);
    case "!":
      return scan.text.charAt(at + 1) === "[" ? readLink(scan.text, at + 1, at) : at + 1;
    case "[":
      return readLink(scan.text, at, at);
    case "<":
      return readAngle(scan.text, at);
    case "*":
    case "_":
    case "~":
      return readEmphasis(scan, at);
    default:
      return at + 1;
  }
}

function readEscape(text: string, at: number): Step {
  const next = text.charAt(at + 1);
  if (next !== "(" && next !== "[") return at + 2;
  const end = text.indexOf(next === "(" ? "\\)" : "\\]", at + 2);
  if (end >= 0) return end + 2;
  return text.length - at > patience ? at + 2 : { show: text.slice(0, at) };
}

function readCode(text: string, at: number): Step {
  const run = /^`+/.exec(text.slice(at))?.[0] ?? "`";
  const body = at + run.length;
  for (const match of text.slice(body).matchAll(/`+/g)) {
    if (match[0].length === run.length) return body + match.index + run.length;
  }
  const shown = text.slice(0, text.length - (/`*\s*$/.exec(text)?.[0].length ?? 0));
  return { show: shown.length <= body ? text.slice(0, at) : shown + run };
}

function readDollar(text: string, at: number): Step {
  const size = text.charAt(at + 1) === "$" ? 2 : 1;
  const body = at + size;
  const end = size === 2 ? text.indexOf("$$", body) : nextDollar(text, body);
  if (end >= 0) return closesHere(text, at, end, size) ? end + size : body;
  const looksOpen = size === 2 || /^$|^[A-Za-z\\({|\-+]/.test(text.slice(body));
  const undecided = looksOpen && !/\w/.test(text.charAt(at - 1)) && text.length - at <= patience;
  return undecided ? { show: text.slice(0, at) } : body;
}

function nextDollar(text: string, from: number): number {
  const match = /(?<!\\)\$/.exec(text.slice(from));
  return match ? from + match.index : -1;
}

function closesHere(text: string, at: number, end: number, size: number): boolean {
  if (size === 2) return true;
  const before = /\w/.test(text.charAt(at - 1)) || /^\s/.test(text.slice(at + 1));
  return !before && !/\s/.test(text.charAt(end - 1)) && !/\d/.test(text.charAt(end + 1));
}

function readLink(text: string, at: number, shownUpTo: number): Step {
  const isImage = shownUpTo < at;
  const close = matching(text, at, "[", "]");
  const hold = { show: text.slice(0, shownUpTo) };
  if (close < 0) return text.length - at > patience ? at + 1 : hold;
  const next = text.charAt(close + 1);
  if (next === "") return hold;
  if (next === "[") return matching(text, close + 1, "[", "]") < 0 ? hold : at + 1;
  if (next !== "(") return at + 1;
  const end = matching(text, close + 1, "(", ")");
  if (end >= 0) return end + 1;
  if (text.length - close > 4 * patience) return at + 1;
  return isImage ? hold : { show: `${text.slice(0, close + 1)}()` };
}

/** Where the bracket at `at` closes, if it does within reach; else -1. */
function matching(text: string, at: number, open: string, close: string): number {
  let depth = 0;
  for (let i = at; i < Math.min(text.length, at + 4 * patience); i++) {
    const sign = text.charAt(i);
    if (sign === "\\") i++;
    else if (sign === open) depth++;
    else if (sign === close && --depth === 0) return i;
  }
  return -1;
}

function readAngle(text: string, at: number): Step {
  const isHalf =
    /^<[a-z][a-z0-9+.-]{0,31}(?::[^\s<>]*)?$/i.test(text.slice(at)) || at === text.length - 1;
  return isHalf ? { show: text.slice(0, at) } : at + 1;
}

function readEmphasis(scan: Scan, at: number): Step {
  const sign = scan.text.charAt(at);
  let end = at;
  while (scan.text.charAt(end) === sign) end++;
  let size = end - at;
  const { opens, closes } = flanks(scan.text, at, end, sign);
  if (closes) size = closeMarkers(scan, sign, size);
  if (scan.open.length > deepest) return end;
  if (opens && size > 0 && !(sign === "~" && size !== 2)) scan.open.push({ sign, size, end });
  return end;
}

/** Closes open markers from the newest outwards, and gives what is left of `size`. */
function closeMarkers(scan: Scan, sign: string, size: number): number {
  let left = size;
  while (left > 0) {
    const index = scan.open.findLastIndex((marker) => marker.sign === sign);
    const opener = scan.open[index];
    if (!opener) break;
    const used = Math.min(left, opener.size) >= 2 ? 2 : 1;
    left -= used;
    opener.size -= used;
    scan.open.length = opener.size > 0 ? index + 1 : index;
  }
  return left;
}

function flanks(text: string, at: number, end: number, sign: string) {
  const before = text.charAt(at - 1);
  const after = text.charAt(end);
  const blankBefore = /^\s?$/.test(before);
  const blankAfter = /^\s?$/.test(after);
  const markBefore = /[\p{P}\p{S}]/u.test(before);
  const markAfter = /[\p{P}\p{S}]/u.test(after);
  const left = !blankAfter && (!markAfter || blankBefore || markBefore);
  const right = !blankBefore && (!markBefore || blankAfter || markAfter);
  if (sign !== "_") return { opens: left, closes: right };
  return { opens: left && (!right || markBefore), closes: right && (!left || markAfter) };
}

function closeAll(shown: string, open: readonly Marker[]): string {
  if (open.length === 0 || open.length > deepest) return shown;
  let text = shown.trimEnd();
  const waiting: Marker[] = [];
  for (const marker of open) {
    if (marker.end < text.length) waiting.push(marker);
    else text = text.slice(0, marker.end - marker.size).trimEnd();
  }
  return (
    text +
    waiting
      .toReversed()
      .map(({ sign, size }) => sign.repeat(size))
      .join("")
  );
}
