import type { Plugin } from "vite";

const olderFormats = /,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\("(?:woff|truetype)"\)/g;

/** KaTeX offers each face in three formats; every browser this page supports reads the smallest. */
export function woff2Only(): Plugin {
  return {
    name: "arcano-woff2-only",
    enforce: "pre",
    transform(css, id) {
      if (!id.includes("katex.min.css")) return null;
      return { code: css.replaceAll(olderFormats, ""), map: null };
    },
  };
}
