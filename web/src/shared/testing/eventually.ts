/** Waits for what comes in its own time. What does not come at all is a failure; what comes late on a busy machine is none. */
import { vi } from "vitest";

export const patienceMs = 8_000;

export const eventually = <T>(look: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(look, { timeout: patienceMs });
