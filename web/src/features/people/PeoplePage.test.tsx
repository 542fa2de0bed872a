/** The page where one looks after people: finding, inviting, approving, disabling with the way back, deleting. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { Me } from "../../shared/api/types";
import { eventually } from "../../shared/testing/eventually";
import { type FakeServer, fakeServer, page, problem } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { anOwner, aPerson, aRole } from "./a-person";
import { PeoplePage } from "./PeoplePage";

let server: FakeServer;
const onKeys = vi.fn<(account: { id: string }) => void>();

const owner = aPerson({ id: "owner", name: "Ada", role: "owner", role_name: "Owner" });

beforeEach(() => {
  server = fakeServer({
    "GET /api/people": page([aPerson(), owner], { waiting: 0 }),
    "GET /api/invitations": page([]),
    "GET /api/roles": page([aRole({ id: "owner", name: "Owner" }), aRole()]),
    "GET /api/groups": page([]),
  });
});

function show(me: Me = anOwner()) {
  renderPage(<PeoplePage me={me} onKeys={onKeys} />);
}

async function rowOf(name: string): Promise<HTMLElement> {
  const row = (await screen.findByText(name, { selector: "li *" })).closest("li");
  if (!row) throw new Error(`no row of ${name}`);
  return row;
}

async function choose(name: string, deed: string) {
  await userEvent.click(
    within(await rowOf(name)).getByRole("button", { name: `More for ${name}` }),
  );
  await userEvent.click(await screen.findByRole("menuitem", { name: deed }));
}

it("says who is here, and offers nothing that would be done to the owner", async () => {
  show();

  expect(within(await rowOf("Grace")).getByText("grace@example.org")).toBeTruthy();
  expect(within(await rowOf("Ada")).getByText("You")).toBeTruthy();
  expect(within(await rowOf("Ada")).queryByRole("button")).toBeNull();
});

it("makes a link that is shown once, to be copied", async () => {
  const invitation = { id: "i", email: null, role: "member", groups: [], made_by: "owner" };
  server.answer({ "POST /api/invitations": { body: { invitation, token: "t0k", mailed: false } } });
  show();

  await userEvent.click(await screen.findByRole("button", { name: "Invite" }));
  await userEvent.click(await screen.findByRole("button", { name: "Make the link" }));

  expect(await screen.findByDisplayValue(`${location.origin}/join#t0k`)).toBeTruthy();
  expect(server.sentTo("POST /api/invitations")).toEqual([
    { email: null, role: "member", groups: [] },
  ]);
});

it("approves whoever waits, with one click", async () => {
  server.answer({
    "GET /api/people": page([aPerson({ state: "waiting" }), owner], { waiting: 1 }),
    "PATCH /api/people/grace": { body: aPerson() },
  });
  show();

  expect(await screen.findByText("One person waits for approval.")).toBeTruthy();
  await userEvent.click(within(await rowOf("Grace")).getByRole("button", { name: "Approve" }));

  await screen.findByText("Grace can come in now");
  expect(server.sentTo("PATCH /api/people/grace")).toEqual([{ state: "active", confirm: false }]);
});

it("disables somebody, and offers the way back", async () => {
  server.answer({ "PATCH /api/people/grace": { body: aPerson() } });
  show();

  await choose("Grace", "Disable");
  const toast = (await screen.findByText("Grace was disabled and is signed out")).closest("div");
  if (!toast) throw new Error("no toast");
  await userEvent.click(within(toast).getByRole("button", { name: "Undo" }));

  await eventually(() =>
    expect(server.sentTo("PATCH /api/people/grace")).toEqual([
      { state: "disabled", confirm: false },
      { state: "active", confirm: false },
    ]),
  );
});

it("names what is lost before somebody is deleted", async () => {
  server.answer({
    "GET /api/people/grace/belongings": {
      body: { conversations: 3, batches: 1, connections: 0, groups: 1, keys: 2 },
    },
    "DELETE /api/people/grace": { status: 204 },
  });
  show();

  await choose("Grace", "Delete");
  expect(await screen.findByText("3 conversations")).toBeTruthy();
  expect(screen.getByText("one batch job")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Delete" }));

  await screen.findByText("Grace was deleted");
});

it("says in the server's words why something is refused", async () => {
  server.answer({ "PATCH /api/people/grace": problem(403, "not-allowed") });
  show();

  await choose("Grace", "Disable");

  expect(await screen.findByText("The server says not-allowed.")).toBeTruthy();
});

it("tells whoever is alone how that changes", async () => {
  server.answer({ "GET /api/people": page([owner], { waiting: 0 }) });
  show();

  expect(await screen.findByText("It is only you so far")).toBeTruthy();
});

it("lets a member look, and do nothing", async () => {
  show(anOwner({ id: "edith", role: "member", permissions: ["person.read"] }));

  expect(within(await rowOf("Grace")).queryByRole("button")).toBeNull();
  expect(screen.queryByRole("button", { name: "Invite" })).toBeNull();
});

it("asks once more before one takes something from oneself", async () => {
  server.answer({ "PATCH /api/people/grace": problem(409, "loses-own-rights") });
  show(anOwner({ id: "grace", role: "admin" }));

  await choose("Grace", "Role and groups");
  await userEvent.click(await screen.findByRole("button", { name: "Save" }));
  await screen.findByText("The server says loses-own-rights.");
  server.answer({ "PATCH /api/people/grace": { body: aPerson() } });
  await userEvent.click(screen.getByRole("button", { name: "Change it all the same" }));

  await screen.findByText("Grace was changed");
  expect(server.sentTo("PATCH /api/people/grace")).toEqual([
    { role: "member", confirm: false },
    { role: "member", confirm: true },
  ]);
});

it("leads to the keys of a service account, and of nobody else", async () => {
  onKeys.mockReset();
  const account = aPerson({ id: "robot", name: "Robot", kind: "service", email: null });
  server.answer({ "GET /api/people": page([aPerson(), account], { waiting: 0 }) });
  show({ ...anOwner(), permissions: ["person.manage", "service.manage"] });

  await choose("Robot", "Keys");

  expect(onKeys.mock.calls[0]?.[0].id).toBe("robot");
  await userEvent.click(
    within(await rowOf("Grace")).getByRole("button", { name: "More for Grace" }),
  );
  await screen.findByRole("menuitem", { name: "Delete" });
  expect(screen.queryByRole("menuitem", { name: "Keys" })).toBeNull();
});
