/** Going somewhere by its name. */
import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { fakeServer, page } from "../shared/testing/fake-server";
import { renderPage } from "../shared/testing/render-page";
import { Palette } from "./Palette";
import { aPerson } from "./testing/a-person";

const me = aPerson({ role: "owner" });

beforeEach(() => {
  fakeServer({ "GET /api/conversations?limit=60": page([]) });
  // A page in a test cannot scroll.
  Element.prototype.scrollIntoView ??= () => {};
});

async function show() {
  const place = memoryLocation({ path: "/models", record: true });
  const onClose = vi.fn<() => void>();
  renderPage(
    <Router hook={place.hook}>
      <Palette me={me} open onClose={onClose} onShortcuts={() => {}} />
    </Router>,
  );
  return { field: await screen.findByRole("combobox"), onClose, visited: place.history };
}

it("goes where Enter leads", async () => {
  const { field, onClose, visited } = await show();

  await userEvent.type(field, "new chat{Enter}");

  expect(onClose).toHaveBeenCalledOnce();
  expect(visited.at(-1)).toBe("/c/new");
});

it("does not take the Enter that ended a word for going", async () => {
  const { field, onClose } = await show();

  fireEvent.keyDown(field, { key: "Enter", isComposing: true });
  fireEvent.keyDown(field, { key: "Enter", keyCode: 229 });

  expect(onClose).not.toHaveBeenCalled();
});
