/** The first start: the workspace gets its owner. */
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { Me } from "../../shared/api/types";
import { fakeServer, problem } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { write } from "../../shared/testing/write";
import { SetupPage } from "./SetupPage";

const me: Me = {
  id: "1",
  email: "owner@example.org",
  name: "Owner",
  role: "owner",
  role_name: "Owner",
  has_password: true,
  read_all_allowed: false,
  permissions: ["status.read"],
  created_at: "",
};
const setup = "POST /api/setup";

function show() {
  const onDone = vi.fn<(me: Me) => void>();
  const onAlreadyDone = vi.fn<() => void>();
  renderPage(<SetupPage onDone={onDone} onAlreadyDone={onAlreadyDone} />);
  return { onDone, onAlreadyDone };
}

async function complete(name: string, email: string, password: string) {
  if (name) await write(screen.getByRole("textbox", { name: "Name" }), name);
  if (email) await write(screen.getByRole("textbox", { name: "E-mail" }), email);
  if (password) await write(screen.getByLabelText("Password"), password);
  await userEvent.click(screen.getByRole("button", { name: "Create the workspace" }));
}

it("makes the one who fills it in the owner", async () => {
  const server = fakeServer({ [setup]: { status: 201, body: me } });
  const { onDone } = show();

  expect(screen.getByText("You will be the owner of this workspace.")).toBeTruthy();
  await complete("Owner", "owner@example.org", "lamp arch quiet");

  expect(server.sentTo(setup)).toEqual([
    { name: "Owner", email: "owner@example.org", password: "lamp arch quiet" },
  ]);
  expect(onDone.mock.calls[0]?.[0]).toEqual(me);
});

it("names what is missing, field by field", async () => {
  const server = fakeServer({});
  show();

  await complete("", "owner", "short");

  expect(screen.getByText("How should the workspace call you?")).toBeTruthy();
  expect(screen.getByText("An e-mail address has the form name@example.org.")).toBeTruthy();
  expect(screen.getByText("5 more characters.")).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Name" }));
  expect(server.calls).toEqual([]);
});

it("shows what the server says about a field beside that field", async () => {
  fakeServer({
    [setup]: problem(422, "invalid-input", {
      errors: [{ field: "email", message: "This domain has no dot." }],
    }),
  });
  show();

  await complete("Owner", "owner@example", "lamp arch quiet");

  const email = screen.getByRole("textbox", { name: "E-mail" });
  expect(await screen.findByText("This domain has no dot.")).toBeTruthy();
  expect(email.getAttribute("aria-invalid")).toBe("true");
});

it("leads to sign-in when somebody else was quicker", async () => {
  fakeServer({ [setup]: problem(409, "setup-already-done") });
  const { onAlreadyDone } = show();

  await complete("Owner", "owner@example.org", "lamp arch quiet");
  await userEvent.click(await screen.findByRole("button", { name: "Go to sign-in" }));

  expect(onAlreadyDone).toHaveBeenCalledOnce();
});
