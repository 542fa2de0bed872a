/** Where the last finished sentence after `from` ends; `from` itself when none has. */
export function endOfSentences(text: string, from: number): number {
  const fresh = text.slice(from);
  let end = 0;
  for (const match of fresh.matchAll(/[.!?…][)"'”’»*_]*\s|[。！？]|\n/g)) {
    end = match.index + match[0].length;
  }
  return from + end;
}

/** Markdown as one would read it aloud: its marks left out, a block of code named instead of spelled. */
export function aloud(markdown: string): string {
  return markdown
    .replaceAll(/```[^\n]*\n[\s\S]*?(```|$)/g, " Code. ")
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/^\s*(#{1,6}|[-*+]|\d+\.|>)\s+/gm, "")
    .replaceAll(/[*_`|~]+/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}
