/** Accounts elsewhere on the profile: seen, linked and let go of. */
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { LinkedAccounts } from "../../../shared/api/types";
import { eventually } from "../../../shared/testing/eventually";
import { fakeServer, problem } from "../../../shared/testing/fake-server";
import { renderPage } from "../../../shared/testing/render-page";
import { ConnectedAccounts } from "./ConnectedAccounts";
import type { Proven } from "./proven";

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

/** Nobody is asked for a proof. */
const proven: Proven = (deed) => deed();

beforeEach(() => history.replaceState(null, "", "/profile"));

it("links another account where its provider asks for it", async () => {
  const begin = "POST /api/me/accounts/github/begin";
  const address = "https://github.com/login/oauth/authorize?x";
  const server = fakeServer({ ...answer(), [begin]: { body: { address } } });
  const onLeave = vi.fn<(address: string) => void>();
  renderPage(<ConnectedAccounts proven={proven} onLeave={onLeave} />);

  await userEvent.click(await screen.findByRole("button", { name: "Link GitHub" }));

  await eventually(() => expect(onLeave).toHaveBeenCalledWith(address));
  expect(server.sentTo(begin)).toEqual([{ return_to: "/profile" }]);
});

it("lets go of an account, and says so", async () => {
  const server = fakeServer({ ...answer(), "DELETE /api/me/accounts/google": { status: 204 } });
  renderPage(<ConnectedAccounts proven={proven} />);
  await screen.findByText("ada@gmail.example");
  server.answer(answer({ items: [] }));

  await userEvent.click(screen.getByRole("button", { name: "Unlink Google" }));

  expect(await screen.findByText("Google no longer signs you in")).toBeTruthy();
  expect(await screen.findByText("None yet.")).toBeTruthy();
});

it("does not offer to let go of the only way in", async () => {
  fakeServer(answer({ has_password: false }));
  renderPage(<ConnectedAccounts proven={proven} />);

  expect(await screen.findByText("The only way into your account")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Unlink Google" })).toBeNull();
});

it("says why an account was not let go of", async () => {
  fakeServer({ ...answer(), "DELETE /api/me/accounts/google": problem(409, "last-way-in") });
  renderPage(<ConnectedAccounts proven={proven} />);

  await userEvent.click(await screen.findByRole("button", { name: "Unlink Google" }));

  expect((await screen.findByRole("alert")).textContent).toContain("Set a password");
});

it("says what came of linking one", async () => {
  history.replaceState(null, "", "/profile?sign-in-failed=account-already-linked");
  fakeServer(answer());
  renderPage(<ConnectedAccounts proven={proven} />);

  expect((await screen.findByRole("alert")).textContent).toContain("somebody else here");
});

it("links and unlinks once the person has shown that it is them, and not before", async () => {
  const begin = "POST /api/me/accounts/github/begin";
  const end = "DELETE /api/me/accounts/gitlab";
  const refused = problem(403, "proof-needed");
  const items = [{ ...google, provider: "gitlab", label: "GitLab" }];
  const server = fakeServer({ ...answer({ items }), [begin]: refused, [end]: refused });
  const asked = vi.fn<() => void>();
  const onlyAfterProof: Proven = async (deed) => {
    await deed().catch(asked);
    server.answer({
      [begin]: { body: { address: "https://github.com/x" } },
      [end]: { status: 204 },
    });
    return deed();
  };
  const onLeave = vi.fn<(address: string) => void>();
  renderPage(<ConnectedAccounts proven={onlyAfterProof} onLeave={onLeave} />);

  await userEvent.click(await screen.findByRole("button", { name: "Link GitHub" }));
  await eventually(() => expect(onLeave).toHaveBeenCalledWith("https://github.com/x"));
  server.answer({ [end]: refused });
  await userEvent.click(screen.getByRole("button", { name: "Unlink GitLab" }));
  expect(await screen.findByText("GitLab no longer signs you in")).toBeTruthy();

  expect(asked).toHaveBeenCalledTimes(2);
  expect(screen.queryByRole("alert")).toBeNull();
});

it("says nothing went wrong when the person does not want to show that it is them", async () => {
  fakeServer({ ...answer(), "DELETE /api/me/accounts/google": problem(403, "proof-needed") });
  renderPage(<ConnectedAccounts proven={proven} />);

  const unlinking = await screen.findByRole("button", { name: "Unlink Google" });
  await userEvent.click(unlinking);

  await eventually(() => expect(unlinking).toHaveProperty("disabled", false));
  expect(screen.queryByRole("alert")).toBeNull();
});
