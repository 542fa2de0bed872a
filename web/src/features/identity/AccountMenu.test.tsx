/** The account menu: the theme, and the way out. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { Me } from "../../shared/api/types";
import { eventually } from "../../shared/testing/eventually";
import { fakeServer } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { AccountMenu } from "./AccountMenu";

const me: Me = {
  id: "1",
  email: "owner@example.org",
  name: "Sample Owner",
  role: "owner",
  role_name: "Owner",
  has_password: true,
  read_all_allowed: false,
  permissions: ["status.read"],
  created_at: "",
};

async function open(onSignedOut = vi.fn<() => void>()) {
  renderPage(<AccountMenu me={me} onProfile={() => {}} onSignedOut={onSignedOut} />);
  await userEvent.click(screen.getByRole("button", { name: /^Account of Sample Owner/ }));
  return onSignedOut;
}

it("says who is signed in", async () => {
  fakeServer({});
  await open();

  expect(screen.getByText("Owner")).toBeTruthy();
  expect(await screen.findByText("owner@example.org")).toBeTruthy();
});

it("switches the theme", async () => {
  fakeServer({});
  await open();

  await userEvent.click(await screen.findByRole("menuitem", { name: "Dark" }));

  expect(document.documentElement.dataset["theme"]).toBe("dark");
});

it("signs out here", async () => {
  const server = fakeServer({ "DELETE /api/session": { status: 204 } });
  const onSignedOut = await open();

  await userEvent.click(await screen.findByRole("menuitem", { name: "Sign out" }));

  await eventually(() => expect(onSignedOut).toHaveBeenCalledOnce());
  expect(server.calls).toHaveLength(1);
});

it("asks before it signs out everywhere, and says what that means", async () => {
  const server = fakeServer({ "DELETE /api/session?everywhere=true": { status: 204 } });
  const onSignedOut = await open();

  await userEvent.click(await screen.findByRole("menuitem", { name: "Sign out everywhere" }));
  expect(await screen.findByText(/Every browser and program/)).toBeTruthy();
  expect(server.calls).toHaveLength(0);
  await userEvent.click(screen.getByRole("button", { name: "Sign out everywhere" }));

  await eventually(() => expect(onSignedOut).toHaveBeenCalledOnce());
});

it("asks first where messages were not sent yet, because they go with the session", async () => {
  const server = fakeServer({ "DELETE /api/session": { status: 204 } });
  const onSignedOut = vi.fn<() => void>();
  renderPage(<AccountMenu me={me} unsent={2} onProfile={() => {}} onSignedOut={onSignedOut} />);
  await userEvent.click(screen.getByRole("button", { name: /^Account of Sample Owner/ }));

  await userEvent.click(await screen.findByRole("menuitem", { name: "Sign out" }));
  const dialog = await screen.findByRole("dialog", { name: "Sign out all the same?" });

  expect(dialog.textContent).toContain("2 messages were not sent yet");
  expect(server.calls).toEqual([]);
  await userEvent.click(within(dialog).getByRole("button", { name: "Sign out" }));
  await eventually(() => expect(onSignedOut).toHaveBeenCalledOnce());
});
