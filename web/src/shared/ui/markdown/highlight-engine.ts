/** The only file that knows highlight.js: many kinds of token in, four inks out. */
import type { ElementContent, Root } from "hast";
import type { LanguageFn } from "highlight.js";
import { createLowlight } from "lowlight";
import type { Ink, Run } from "./ink";

const inkOf: Record<string, Ink> = {
  keyword: "keyword",
  literal: "keyword",
  name: "keyword",
  section: "keyword",
  "selector-tag": "keyword",
  type: "keyword",
  string: "string",
  regexp: "string",
  symbol: "string",
  addition: "string",
  code: "string",
  number: "number",
  deletion: "number",
  bullet: "number",
  variable: "number",
  "template-variable": "number",
  comment: "comment",
  quote: "comment",
  doctag: "comment",
  meta: "comment",
};

const lowlight = createLowlight();

/** Words of one ink joined, in order: together they are `code`, letter by letter. */
export function highlight(code: string, name: string, grammar: LanguageFn): Run[] {
  const language = name.toLowerCase();
  if (!lowlight.registered(language)) lowlight.register(language, grammar);
  const runs: Run[] = [];
  collect(lowlight.highlight(language, code), null, runs);
  return runs;
}

function collect(parent: Root | ElementContent, ink: Ink | null, runs: Run[]): void {
  if (parent.type === "text") {
    const last = runs.at(-1);
    if (last?.ink === ink) last.text += parent.value;
    else runs.push({ ink, text: parent.value });
    return;
  }
  if (!("children" in parent)) return;
  for (const child of parent.children) {
    if (child.type === "doctype") continue;
    collect(
      child,
      child.type === "element" ? inkFor(child.properties["className"], ink) : ink,
      runs,
    );
  }
}

function inkFor(className: unknown, around: Ink | null): Ink | null {
  const [first] = Array.isArray(className) ? className : [];
  const kind = String(first ?? "").replace(/^hljs-/, "");
  // Code inside a string is code again.
  return kind === "subst" ? null : (inkOf[kind] ?? around);
}
