import { vi } from "vitest";

/** A view of 600 pixels and rows of 100: a page in a test has no sizes, and cannot scroll. Returns what scrolls it. */
export function giveSizes() {
  const element = HTMLElement.prototype;
  vi.spyOn(element, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(element, "offsetHeight", "get").mockReturnValue(100);
  vi.spyOn(element, "scrollHeight", "get").mockReturnValue(100_000);
  element.scrollTo ??= () => {};
  return vi.spyOn(element, "scrollTo");
}
