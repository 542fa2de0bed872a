/** The languages that get colours: each grammar is fetched when the first listing in it appears. */
import type { LanguageFn } from "highlight.js";

export interface Language {
  name: string;
  grammar: (() => Promise<{ default: LanguageFn }>) | null;
}

const known: Record<string, [name: string, also: string, grammar: Language["grammar"]]> = {
  bash: ["Shell", "sh shell zsh console", () => import("highlight.js/lib/languages/bash")],
  c: ["C", "h", () => import("highlight.js/lib/languages/c")],
  cpp: ["C++", "c++ cc cxx hpp", () => import("highlight.js/lib/languages/cpp")],
  csharp: ["C#", "cs c#", () => import("highlight.js/lib/languages/csharp")],
  css: ["CSS", "", () => import("highlight.js/lib/languages/css")],
  diff: ["Diff", "patch", () => import("highlight.js/lib/languages/diff")],
  dockerfile: ["Dockerfile", "docker", () => import("highlight.js/lib/languages/dockerfile")],
  go: ["Go", "golang", () => import("highlight.js/lib/languages/go")],
  html: ["HTML", "htm vue svelte", () => import("highlight.js/lib/languages/xml")],
  ini: ["INI", "cfg conf", () => import("highlight.js/lib/languages/ini")],
  java: ["Java", "", () => import("highlight.js/lib/languages/java")],
  javascript: ["JavaScript", "js mjs cjs", () => import("highlight.js/lib/languages/javascript")],
  json: ["JSON", "jsonc json5 jsonl", () => import("highlight.js/lib/languages/json")],
  jsx: ["JSX", "", () => import("highlight.js/lib/languages/javascript")],
  kotlin: ["Kotlin", "kt kts", () => import("highlight.js/lib/languages/kotlin")],
  latex: ["LaTeX", "tex", () => import("highlight.js/lib/languages/latex")],
  lua: ["Lua", "", () => import("highlight.js/lib/languages/lua")],
  makefile: ["Makefile", "make", () => import("highlight.js/lib/languages/makefile")],
  markdown: ["Markdown", "md", () => import("highlight.js/lib/languages/markdown")],
  php: ["PHP", "", () => import("highlight.js/lib/languages/php")],
  powershell: ["PowerShell", "ps1 pwsh", () => import("highlight.js/lib/languages/powershell")],
  python: ["Python", "py python3", () => import("highlight.js/lib/languages/python")],
  r: ["R", "", () => import("highlight.js/lib/languages/r")],
  ruby: ["Ruby", "rb", () => import("highlight.js/lib/languages/ruby")],
  rust: ["Rust", "rs", () => import("highlight.js/lib/languages/rust")],
  scss: ["SCSS", "sass", () => import("highlight.js/lib/languages/scss")],
  sql: ["SQL", "postgresql mysql sqlite", () => import("highlight.js/lib/languages/sql")],
  swift: ["Swift", "", () => import("highlight.js/lib/languages/swift")],
  toml: ["TOML", "", () => import("highlight.js/lib/languages/ini")],
  tsx: ["TSX", "", () => import("highlight.js/lib/languages/typescript")],
  typescript: ["TypeScript", "ts mts", () => import("highlight.js/lib/languages/typescript")],
  xml: ["XML", "svg rss", () => import("highlight.js/lib/languages/xml")],
  yaml: ["YAML", "yml", () => import("highlight.js/lib/languages/yaml")],
};

const byName = new Map<string, Language>();
for (const [id, [name, also, grammar]] of Object.entries(known)) {
  for (const word of [id, ...also.split(" ").filter(Boolean)]) byName.set(word, { name, grammar });
}

/** What the word after a fence means; an unknown word names itself and has no grammar. */
export function languageOf(word: string): Language {
  return byName.get(word.toLowerCase()) ?? { name: word, grammar: null };
}
