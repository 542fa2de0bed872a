import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { librariesAsShipped } from "./build/libraries-as-shipped.ts";
import { precompress } from "./build/precompress.ts";
import { preloadFont } from "./build/preload-font.ts";
import { testBudget } from "./build/test-budget.ts";
import { woff2Only } from "./build/woff2-only.ts";

const server = "http://127.0.0.1:8080";
/** Where a run of all tests wants to read what became of the page's. */
const report = process.env["ARCANO_TEST_REPORT"];

export default defineConfig({
  plugins: [react(), woff2Only(), preloadFont(), precompress(), librariesAsShipped()],
  build: {
    outDir: "../src/arcano/web_dist",
    emptyOutDir: true,
    // light-dark() must reach the browser as written: older targets get a rewrite that breaks a forced theme.
    target: ["chrome123", "firefox121", "safari17.5"],
    // The content security policy is `default-src 'self'`: a data: address would be refused.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    // The server refuses writes that come from another origin than its own.
    proxy: {
      "/api": { target: server, ws: true, changeOrigin: true, headers: { origin: server } },
    },
  },
  test: {
    restoreMocks: true,
    testTimeout: 30_000,
    unstubGlobals: true,
    // The budget is 10 s on two cores. To make a worker and a document takes longer than most files of tests: those
    // of one project share them, and the set-up files below keep them strangers to each other.
    isolate: false,
    pool: "threads",
    reporters: report
      ? ["default", testBudget(), ["junit", { outputFile: report }]]
      : ["default", testBudget()],
    maxWorkers: 2,
    sequence: { shuffle: { files: true, tests: true } },
    projects: [
      {
        extends: true,
        test: {
          name: "plain",
          environment: "node",
          include: ["src/**/*.test.ts"],
          setupFiles: ["src/shared/testing/fresh-modules.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "drawn",
          environment: "jsdom",
          include: ["src/**/*.test.tsx"],
          setupFiles: ["src/shared/testing/fresh-modules.ts", "src/shared/testing/fresh-page.ts"],
        },
      },
    ],
  },
});
