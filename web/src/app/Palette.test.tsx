/** Going somewhere by its name. */
import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { fakeServer, page, problem } from "../shared/testing/fake-server";
import { renderPage } from "../shared/testing/render-page";
import { aConversation } from "../features/chat/testing/a-conversation";
import { Palette } from "./Palette";
import { aPerson } from "./testing/a-person";

const me = aPerson({ role: "owner" });

beforeEach(() => {
  fakeServer({ "GET /api/conversations?limit=60": page([]) });
  // A page in a test cannot scroll.
  Element.prototype.scrollIntoView ??= () => {};
});

const listed = "GET /api/conversations?limit=60";
const everyOne = "GET /api/conversations?limit=200";

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

const older = {
  body: { items: [aConversation({ id: "c1", title: "Newest" })], next_cursor: "c1" },
};

it("finds a conversation that the list has not come to yet", async () => {
  fakeServer({
    [listed]: older,
    [everyOne]: {
      body: { items: [aConversation({ id: "c1", title: "Newest" })], next_cursor: "x" },
    },
    "GET /api/conversations?before=x&limit=200": page([
      aConversation({ id: "c9", title: "Fjords" }),
    ]),
  });
  const { field, visited } = await show();

  await userEvent.type(field, "fjord");
  await screen.findByRole("option", { name: "Fjords" });
  await userEvent.keyboard("{Enter}");

  expect(visited.at(-1)).toBe("/c/c9");
});

it("does not say that there is nothing where it could not look", async () => {
  fakeServer({ [listed]: older, [everyOne]: problem(503, "unavailable") });
  const { field } = await show();

  await userEvent.type(field, "fjord");

  expect(await screen.findByText(/The older ones could not be read/u)).toBeTruthy();
});
