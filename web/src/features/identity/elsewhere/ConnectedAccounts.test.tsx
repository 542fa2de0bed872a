/** Accounts elsewhere on the profile: seen, linked and let go of. */
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { LinkedAccounts } from "../../../shared/api/types";
import { fakeServer, problem } from "../../../shared/testing/fake-server";
import { renderPage } from "../../../shared/testing/render-page";
import { ConnectedAccounts } from "./ConnectedAccounts";

const accounts = "GET /api/me/accounts";
const google: LinkedAccounts["items"][number] = {
  provider: "google",
  label: "Google",
  issuer: "https://accounts.google.com",
  email: "ada@gmail.example",
  linked_at: "2026-11-20T10:00:00Z",
  last_used_at: "2026-11-20T10:00:00Z",
};
const github: LinkedAccounts["to_link"][number] = {
  name: "github",
  label: "GitHub",
  kind: "github",
};

function answer(more: Partial<LinkedAccounts> = {}) {
  const body = { items: [google], to_link: [github], has_password: true, ...more };
  return { [accounts]: { body } };
}

beforeEach(() => history.replaceState(null, "", "/profile"));

it("links another account where its provider asks for it", async () => {
  const begin = "POST /api/me/accounts/github/begin";
  const address = "https://github.com/login/oauth/authorize?x";
  const server = fakeServer({ ...answer(), [begin]: { body: { address } } });
  const onLeave = vi.fn<(address: string) => void>();
  renderPage(<ConnectedAccounts onLeave={onLeave} />);

  await userEvent.click(await screen.findByRole("button", { name: "Link GitHub" }));

  await vi.waitFor(() => expect(onLeave).toHaveBeenCalledWith(address));
  expect(server.sentTo(begin)).toEqual([{ return_to: "/profile" }]);
});

it("lets go of an account, and says so", async () => {
  const server = fakeServer({ ...answer(), "DELETE /api/me/accounts/google": { status: 204 } });
  renderPage(<ConnectedAccounts />);
  await screen.findByText("ada@gmail.example");
  server.answer(answer({ items: [] }));

  await userEvent.click(screen.getByRole("button", { name: "Unlink Google" }));

  expect(await screen.findByText("Google no longer signs you in")).toBeTruthy();
  expect(await screen.findByText("None yet.")).toBeTruthy();
});

it("does not offer to let go of the only way in", async () => {
  fakeServer(answer({ has_password: false }));
  renderPage(<ConnectedAccounts />);

  expect(await screen.findByText("The only way into your account")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Unlink Google" })).toBeNull();
});

it("says why an account was not let go of", async () => {
  fakeServer({ ...answer(), "DELETE /api/me/accounts/google": problem(409, "last-way-in") });
  renderPage(<ConnectedAccounts />);

  await userEvent.click(await screen.findByRole("button", { name: "Unlink Google" }));

  expect((await screen.findByRole("alert")).textContent).toContain("Set a password");
});

it("says what came of linking one", async () => {
  history.replaceState(null, "", "/profile?sign-in-failed=account-already-linked");
  fakeServer(answer());
  renderPage(<ConnectedAccounts />);

  expect((await screen.findByRole("alert")).textContent).toContain("somebody else here");
});
