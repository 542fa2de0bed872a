import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { useShortcuts } from "./use-shortcuts";

function show() {
  const deeds = {
    search: vi.fn<() => void>(),
    shortcuts: vi.fn<() => void>(),
    newChat: vi.fn<() => void>(),
    toggleSidebar: vi.fn<() => void>(),
  };
  function Page() {
    useShortcuts(deeds);
    return <textarea data-composer aria-label="Message" />;
  }
  render(<Page />);
  return deeds;
}

test.each([
  [{ key: "k", ctrlKey: true }, "search"],
  [{ key: "O", ctrlKey: true, shiftKey: true }, "newChat"],
  [{ key: "S", ctrlKey: true, shiftKey: true }, "toggleSidebar"],
  [{ key: "/", ctrlKey: true }, "shortcuts"],
] as const)("%j does %s, and the browser does nothing", (keys, deed) => {
  const deeds = show();

  const isLeftToBrowser = fireEvent.keyDown(document, keys);

  expect(deeds[deed]).toHaveBeenCalledTimes(1);
  expect(isLeftToBrowser).toBe(false);
});

test.each([
  { key: "r", ctrlKey: true },
  { key: "R", ctrlKey: true, shiftKey: true },
  { key: "k" },
  { key: "l", ctrlKey: true },
])("%j stays the browser's", (keys) => {
  const deeds = show();

  expect(fireEvent.keyDown(document, keys)).toBe(true);
  for (const deed of Object.values(deeds)) expect(deed).not.toHaveBeenCalled();
});

test("Shift and Escape lead to the message field", () => {
  show();

  fireEvent.keyDown(document, { key: "Escape", shiftKey: true });

  expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Message" }));
});
