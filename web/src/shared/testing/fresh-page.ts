/** After each test that draws: the document, which files share, is as empty as it was, at the address that it had, and nothing is faked. */
import { cleanup, configure, prettyDOM } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";
import { patienceMs } from "./eventually";
import { quickStyles } from "./quick-styles";

configure({ asyncUtilTimeout: patienceMs, getElementError: missing });

const styles = quickStyles(getComputedStyle);

beforeEach(() => {
  vi.stubGlobal("getComputedStyle", styles);
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
  document.title = "";
  history.replaceState(null, "", "/");
  localStorage.clear();
  sessionStorage.clear();
});

/** The page is written into the message when somebody reads it: a query that waits fails many times before. */
function missing(message: string | null, container: Element): Error {
  const error = new Error(message ?? "");
  error.name = "TestingLibraryElementError";
  Object.defineProperty(error, "message", {
    get: () => [message, prettyDOM(container)].filter(Boolean).join("\n\n"),
  });
  return error;
}
