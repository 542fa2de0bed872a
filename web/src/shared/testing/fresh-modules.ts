/** After each file of tests: the next one, in the same worker, meets our modules as a page just opened does. */
import { afterAll, vi } from "vitest";

afterAll(() => {
  vi.resetModules();
});
