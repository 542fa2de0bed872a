/** One's own page: name, password, devices, and the end of the account. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { Device, Me } from "../../../shared/api/types";
import { eventually } from "../../../shared/testing/eventually";
import { type FakeServer, fakeServer, page, problem } from "../../../shared/testing/fake-server";
import { renderPage } from "../../../shared/testing/render-page";
import type { Proven } from "../elsewhere/proven";
import { nameOf } from "./device-name";
import { ProfilePage } from "./ProfilePage";

const me: Me = {
  id: "grace",
  email: "grace@example.org",
  name: "Grace",
  role: "member",
  role_name: "Member",
  has_password: true,
  read_all_allowed: false,
  permissions: [],
  created_at: "",
};

const device: Device = {
  id: "here",
  address: "192.0.2.1",
  user_agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
  signed_in_at: "2026-11-21T09:30:00Z",
  seen_at: "2026-11-21T09:30:00Z",
  expires_at: "2026-12-21T09:30:00Z",
  this: true,
};

let server: FakeServer;
const onGone = vi.fn<() => void>();

beforeEach(() => {
  onGone.mockReset();
  doneProven.mockReset();
  server = fakeServer({
    "GET /api/me/sessions": page([device, { ...device, id: "there", this: false }]),
    "GET /api/me/belongings": {
      body: { conversations: 2, batches: 0, connections: 0, groups: 0, keys: 2 },
    },
  });
});

/** Counts what was done by whoever has to show first that it is them. */
const doneProven = vi.fn<() => void>();
const proven: Proven = (deed) => {
  doneProven();
  return deed();
};

function show(more: Partial<Me> = {}, heirs: { id: string; name: string }[] = []) {
  const who = { ...me, ...more };
  renderPage(<ProfilePage me={who} heirs={heirs} proven={proven} proof={null} onGone={onGone} />);
}

it("knows this device, and signs out another", async () => {
  server.answer({ "DELETE /api/me/sessions/there": { status: 204 } });
  show();

  const devices = within(await screen.findByRole("list", { name: "Devices" }));
  expect(await devices.findByText("This device")).toBeTruthy();
  await userEvent.click(devices.getByRole("button", { name: "Sign out Firefox on Linux" }));

  await screen.findByText("That device is signed out");
});

it("changes the password for whoever knows the old one", async () => {
  server.answer({ "PUT /api/me/password": problem(401, "wrong-credentials") });
  show();

  await userEvent.type(screen.getByLabelText("Password until now"), "old lamp");
  await userEvent.type(screen.getByLabelText("A new password"), "lamp arch quiet");
  await userEvent.click(screen.getByRole("button", { name: "Use this password" }));
  await screen.findByRole("alert");
  server.answer({ "PUT /api/me/password": { status: 204 } });
  await userEvent.click(screen.getByRole("button", { name: "Use this password" }));

  await screen.findByText(/Your password was changed/);
  const sent = { old: "old lamp", new: "lamp arch quiet" };
  expect(server.sentTo("PUT /api/me/password")).toEqual([sent, sent]);
});

it("names what is lost before the account goes", async () => {
  server.answer({ "POST /api/me/delete": { status: 204 } });
  show();

  await userEvent.click(screen.getByRole("button", { name: "Delete my account" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(await dialog.findByText("2 conversations")).toBeTruthy();
  await userEvent.type(dialog.getByLabelText("Password"), "lamp arch quiet");
  await userEvent.click(dialog.getByRole("button", { name: "Delete my account" }));

  await eventually(() => expect(onGone).toHaveBeenCalledOnce());
  expect(doneProven).toHaveBeenCalledOnce();
  expect(server.sentTo("POST /api/me/delete")).toEqual([{ password: "lamp arch quiet" }]);
});

it("has an owner hand the workspace over before they go", async () => {
  show({ role: "owner" }, [{ id: "edith", name: "Edith" }]);

  expect(screen.getByRole("combobox", { name: "New owner" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Delete my account" })).toBeNull();
});

it("asks an owner who has no password for none, and for a proof instead", async () => {
  server.answer({ "POST /api/me/hand-over": { body: { ...me, role: "admin" } } });
  show({ role: "owner", has_password: false }, [{ id: "edith", name: "Edith" }]);

  await userEvent.selectOptions(screen.getByRole("combobox", { name: "New owner" }), "Edith");
  await userEvent.click(screen.getByRole("button", { name: "Hand it over" }));

  await screen.findByText("Edith owns the workspace now");
  expect(server.sentTo("POST /api/me/hand-over")).toEqual([{ to: "edith", password: "" }]);
  expect(doneProven).toHaveBeenCalledOnce();
});

it("names a device as its owner would", () => {
  expect(nameOf("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Safari/604.1")).toBe(
    "Safari on iPhone",
  );
  expect(nameOf("python-httpx/0.28")).toBe("python-httpx");
  expect(nameOf("")).toBeNull();
});
