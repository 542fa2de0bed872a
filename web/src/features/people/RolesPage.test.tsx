/** The page of roles, and that of groups: what each allows, and the ways to change that. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { type FakeServer, fakeServer, page } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { anOwner, aRole } from "./a-person";
import { GroupsPage } from "./GroupsPage";
import { RolesPage } from "./RolesPage";

let server: FakeServer;

const cleaner = aRole({ id: "r1", name: "Cleaner", permissions: [], built_in: false, people: 2 });

beforeEach(() => {
  server = fakeServer({
    "GET /api/roles": page([
      aRole({ id: "owner", name: "Owner", permissions: ["model.use", "cache.manage"] }),
      aRole({ changed: true }),
      cleaner,
    ]),
    "GET /api/permissions": page([
      { name: "model.use", meaning: "Ask models", roles: ["owner", "member"] },
      { name: "cache.manage", meaning: "Clear the cache", roles: ["owner"] },
    ]),
    "GET /api/groups": page([]),
  });
});

async function choose(name: string, deed: string) {
  await userEvent.click(await screen.findByRole("button", { name: `More for ${name}` }));
  await userEvent.click(await screen.findByRole("menuitem", { name: deed }));
}

it("says in a table what each role allows", async () => {
  renderPage(<RolesPage me={anOwner()} />);

  const row = within(await screen.findByRole("row", { name: /Clear the cache/ }));
  expect(row.getAllByRole("cell").map(({ textContent }) => textContent)).toEqual([
    "allowed",
    "–not allowed",
    "–not allowed",
  ]);
  expect(screen.queryByRole("button", { name: "More for Owner" })).toBeNull();
});

it("puts a built-in role back to its default, and offers the way back", async () => {
  server.answer({
    "DELETE /api/roles/member": { status: 204 },
    "PATCH /api/roles/member": { body: aRole() },
  });
  renderPage(<RolesPage me={anOwner()} />);

  await choose("Member", "Put back to the default");
  const toast = (await screen.findByText("Member is as by default again")).closest("div");
  if (!toast) throw new Error("no toast");
  await userEvent.click(within(toast).getByRole("button", { name: "Undo" }));

  await eventually(() =>
    expect(server.sentTo("PATCH /api/roles/member")).toEqual([{ permissions: ["model.use"] }]),
  );
});

it("says what becomes of people before their role goes", async () => {
  server.answer({ "DELETE /api/roles/r1": { status: 204 } });
  renderPage(<RolesPage me={anOwner()} />);

  await choose("Cleaner", "Delete");
  expect(await screen.findByText("2 people have it and become a member.")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Delete" }));

  await screen.findByText("The role Cleaner was deleted");
});

it("makes the first group out of the empty page", async () => {
  server.answer({ "POST /api/groups": { status: 201, body: {} } });
  renderPage(<GroupsPage me={anOwner()} />);

  await userEvent.click(await screen.findByRole("button", { name: "Make a group" }));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.click(dialog.getByRole("button", { name: "Make a group" }));
  expect(dialog.getByText("It needs a name.")).toBeTruthy();
  await userEvent.type(dialog.getByRole("textbox", { name: "Name" }), "Readers");
  await userEvent.click(await dialog.findByRole("checkbox", { name: /Clear the cache/ }));
  await userEvent.click(dialog.getByRole("button", { name: "Make a group" }));

  await screen.findByText("The group Readers was made");
  expect(server.sentTo("POST /api/groups")).toEqual([
    { name: "Readers", description: "", permissions: ["cache.manage"], models: [] },
  ]);
});
