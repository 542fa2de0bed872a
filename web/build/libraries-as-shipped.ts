import type { Plugin } from "vite";

const ownAuthors = "development|production";

/** Gives tests the libraries that the page is built of, not those with assertions for the libraries' own authors. */
export function librariesAsShipped(): Plugin {
  return {
    name: "libraries-as-shipped",
    // vitest adds its own conditions to whatever a configuration says, so that they are taken out at the very end.
    configResolved({ command, mode, resolve, ssr, environments }) {
      if (command !== "serve" || mode !== "test") return;
      for (const options of [
        resolve,
        ssr.resolve,
        ...Object.values(environments).map(({ resolve }) => resolve),
      ]) {
        const conditions = options?.conditions ?? [];
        const at = conditions.indexOf(ownAuthors);
        if (at >= 0) conditions.splice(at, 1);
      }
    },
  };
}
