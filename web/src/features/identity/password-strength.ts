/** How long a password would withstand guessing, roughly: a hint while choosing one, not a gate. */

export type Strength = "weak" | "fair" | "strong";

export const shortest = 10;
export const longest = 200;

const enough: Record<Exclude<Strength, "weak">, number> = { fair: 45, strong: 65 };
const rows = ["abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "01234567890"];
const wellKnown = /passw|letmein|welcome|admin|qwert|arcano|iloveyou|monkey|dragon|secret/i;

/** `known` are words anybody would try first, such as the person's own name. */
export function strengthOf(password: string, known: readonly string[] = []): Strength {
  const bits = surprise(withoutKnown(password, known)) * Math.log2(alphabet(password));
  if (bits >= enough.strong) return "strong";
  return bits >= enough.fair ? "fair" : "weak";
}

function withoutKnown(password: string, known: readonly string[]): string {
  const parts = known.flatMap((word) => word.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  const tried = parts.filter((part) => part.length > 2);
  const bare = tried.reduce((rest, part) => rest.replaceAll(part, ""), password.toLowerCase());
  return bare.replace(wellKnown, "");
}

/** The number of letters that could not be told from the one before. */
function surprise(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const pair = text.slice(at - 1, at + 1);
    const isExpected = at > 0 && (pair[0] === pair[1] || rows.some((row) => row.includes(pair)));
    count += isExpected ? 0.25 : 1;
  }
  return count;
}

function alphabet(password: string): number {
  const kinds: [RegExp, number][] = [
    [/\p{Ll}/u, 26],
    [/\p{Lu}/u, 26],
    [/\d/, 10],
    [/[^\p{L}\p{N}]/u, 20],
    // Whole words repeat letters in ways that guessing knows: no more than this is counted for them.
  ];
  return Math.max(
    2,
    kinds.reduce((sum, [kind, size]) => sum + (kind.test(password) ? size : 0), 0),
  );
}
