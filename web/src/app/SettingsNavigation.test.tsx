/** The way about the pages of the workspace. */
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import type { Me } from "../shared/api/types";
import { SettingsNavigation } from "./SettingsNavigation";
import { isBarred, isSettingsPath, settingsGroupsFor } from "./settings-pages";
import { aPerson } from "./testing/a-person";

const owner = aPerson({ role: "owner", permissions: ["status.read"] });

function show(path: string, me: Me = owner) {
  const place = memoryLocation({ path, record: true });
  const onNavigate = vi.fn<() => void>();
  render(
    <Router hook={place.hook}>
      <SettingsNavigation me={me} lastChat="/c/7" onNavigate={onNavigate} />
    </Router>,
  );
  return { visited: place.history, onNavigate };
}

it("marks the page that is open", () => {
  show("/models");

  const current = screen.getAllByRole("link", { current: "page" });
  expect(current.map(({ textContent }) => textContent)).toEqual(["Models"]);
});

it("leads back to the conversation one came from, and closes the drawer", async () => {
  const { visited, onNavigate } = show("/models");

  await userEvent.click(screen.getByRole("link", { name: "Back to chats" }));

  expect(visited.at(-1)).toBe("/c/7");
  expect(onNavigate).toHaveBeenCalledTimes(1);
});

it("knows its own pages and those below them, and no others", () => {
  expect(isSettingsPath("/models")).toBe(true);
  expect(isSettingsPath("/models/one")).toBe(true);
  expect(isSettingsPath("/models-of-cars")).toBe(false);
  expect(isSettingsPath("/c/new")).toBe(false);
});

it("offers a member nothing that only the owner may open", () => {
  const pages = settingsGroupsFor({ ...owner, permissions: [] }).flatMap((group) => group.pages);

  expect(pages.length).toBeGreaterThan(0);
  expect(pages.filter(({ needs }) => needs)).toEqual([]);
});

it("bars what it does not list, and nothing else", () => {
  const member = aPerson();

  expect(isBarred(member, "/audit")).toBe(true);
  expect(isBarred(member, "/status")).toBe(true);
  expect(isBarred(owner, "/status")).toBe(false);
  expect(isBarred(member, "/routes/new")).toBe(false);
  expect(isBarred(member, "/c/new")).toBe(false);
});
