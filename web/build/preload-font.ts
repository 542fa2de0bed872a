import type { Plugin } from "vite";

const readingFont = /commissioner-latin-standard-normal.*\.woff2$/;

/** Asks the browser for the reading face before it has read the style sheet: no text moves on load. */
export function preloadFont(): Plugin {
  return {
    name: "arcano-preload-font",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle }) {
        const file = Object.keys(bundle ?? {}).find((name) => readingFont.test(name));
        if (file === undefined) throw new Error("The reading font is not part of the build.");
        return [
          {
            tag: "link",
            attrs: {
              rel: "preload",
              as: "font",
              type: "font/woff2",
              href: `/${file}`,
              crossorigin: "",
            },
            injectTo: "head",
          },
        ];
      },
    },
  };
}
