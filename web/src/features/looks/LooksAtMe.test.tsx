/** On the profile: who looked into one's conversations, and what the workspace allows. */
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Me } from "../../shared/api/types";
import { eventually } from "../../shared/testing/eventually";
import { fakeServer, page } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { LooksAtMe } from "./LooksAtMe";

const me: Me = {
  id: "1",
  email: "grace@example.org",
  name: "Grace",
  role: "member",
  role_name: "Member",
  has_password: true,
  read_all_allowed: true,
  permissions: [],
  created_at: "",
};
const look = {
  id: "l2",
  looker_name: "Ada",
  conversation_id: "c1",
  title: "Trees",
  reason: "A complaint.",
  looked_at: "2026-11-21T09:30:00Z",
  is_seen: false,
};

it("says who looked, at what and why, and takes note of just these", async () => {
  const server = fakeServer({
    "GET /api/me/looks": page([look, { ...look, id: "l1", is_seen: true }], { unseen: 1 }),
    "POST /api/me/looks/seen": { status: 204 },
  });
  renderPage(<LooksAtMe me={me} />);

  expect(await screen.findAllByText("Ada read “Trees”")).toHaveLength(2);
  expect(screen.getAllByText("A complaint.")).toHaveLength(2);
  expect(screen.getAllByText("New")).toHaveLength(1);
  await userEvent.click(screen.getByRole("button", { name: "Mark as seen" }));

  await eventually(() =>
    expect(server.sentTo("POST /api/me/looks/seen")).toEqual([{ through: "l2" }]),
  );
});

it("says whether the workspace lets anybody look", async () => {
  fakeServer({ "GET /api/me/looks": page([], { unseen: 0 }) });
  renderPage(<LooksAtMe me={{ ...me, read_all_allowed: false }} />);

  expect(await screen.findByText("Nobody has looked.")).toBeTruthy();
  expect(screen.getByText(/lets nobody look/)).toBeTruthy();
});
