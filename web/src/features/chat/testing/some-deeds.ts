import { vi } from "vitest";
import type { ThreadDeeds } from "../thread/thread-deeds";

/** Deeds that do nothing but remember that they were asked for. */
export function someDeeds() {
  return {
    edit: vi.fn<ThreadDeeds["edit"]>(() => true),
    regenerate: vi.fn<ThreadDeeds["regenerate"]>(),
    continueAnswer: vi.fn<ThreadDeeds["continueAnswer"]>(),
    rate: vi.fn<ThreadDeeds["rate"]>(async () => true),
    showVersion: vi.fn<ThreadDeeds["showVersion"]>(),
    askAnotherModel: vi.fn<ThreadDeeds["askAnotherModel"]>(),
    manageModels: vi.fn<ThreadDeeds["manageModels"]>(),
    withdraw: vi.fn<ThreadDeeds["withdraw"]>(),
    sendAgain: vi.fn<ThreadDeeds["sendAgain"]>(),
    modelName: (modelId: string | null) => modelId ?? "The model",
    priceOf: vi.fn<ThreadDeeds["priceOf"]>(() => null),
  } satisfies ThreadDeeds;
}
