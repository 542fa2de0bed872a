/** After each test that draws: the document, which files share, is as empty as it was, and nothing is faked. */
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

/** What does not come at all is a failure; what comes late on a busy machine is none. */
configure({ asyncUtilTimeout: 8_000 });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
  document.title = "";
  localStorage.clear();
  sessionStorage.clear();
});
