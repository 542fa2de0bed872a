/** Sharing a conversation: with whom, how much of it, no longer, and the way back. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { fakeServer, page } from "../../../shared/testing/fake-server";
import { renderPage } from "../../../shared/testing/render-page";
import { aConversation } from "../testing/a-conversation";
import { ShareDialog } from "./ShareDialog";

const grace = { grantee_kind: "person", grantee_id: "grace", level: "editor", name: "Grace" };
const doors = "/api/conversations/c1/grants";

function show(grants: unknown[]) {
  const server = fakeServer({
    [`GET ${doors}`]: page(grants),
    "GET /api/people?state=active&kind=person&limit=200": page([
      { id: "me", name: "Me" },
      { id: "grace", name: "Grace" },
    ]),
    "GET /api/groups": page([{ id: "g", name: "Navy" }]),
    [`PUT ${doors}`]: page([grace]),
    [`DELETE ${doors}?grantee_kind=person&grantee_id=grace`]: page([]),
  });
  renderPage(<ShareDialog conversation={aConversation()} personId="me" onClose={() => {}} />);
  return server;
}

it("shares with somebody, who is offered no second time, and never with oneself", async () => {
  const server = show([]);

  const whom = await screen.findByLabelText("Share with");
  await within(whom).findByRole("option", { name: "Navy" });
  expect(within(whom).queryByRole("option", { name: "Me" })).toBeNull();
  await userEvent.selectOptions(whom, "Grace");
  await userEvent.selectOptions(screen.getByLabelText("They may"), "editor");
  await userEvent.click(screen.getByRole("button", { name: "Share" }));

  await screen.findByRole("list", { name: "Shared with" });
  expect(server.sentTo(`PUT ${doors}`)).toEqual([
    { grantee_kind: "person", grantee_id: "grace", level: "editor" },
  ]);
  expect(within(whom).queryByRole("option", { name: "Grace" })).toBeNull();
});

it("takes it back, and offers the way back with as much as there was", async () => {
  const server = show([grace]);

  await userEvent.click(await screen.findByRole("button", { name: "Share no longer with Grace" }));
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));

  await eventually(() =>
    expect(server.sentTo(`PUT ${doors}`)).toEqual([
      { grantee_kind: "person", grantee_id: "grace", level: "editor" },
    ]),
  );
});
