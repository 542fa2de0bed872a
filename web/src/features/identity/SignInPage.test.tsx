/** Signing in: who comes in, and what those hear who do not. */
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { Me } from "../../shared/api/types";
import { fakeServer, problem } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { write } from "../../shared/testing/write";
import { SignInAgain } from "./SignInAgain";
import { SignInPage } from "./SignInPage";

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
const session = "POST /api/session";

async function enter(email: string, password: string) {
  if (email) await write(screen.getByRole("textbox", { name: "E-mail" }), email);
  if (password) await write(screen.getByLabelText("Password"), password);
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
}

it("lets in who knows the password", async () => {
  const server = fakeServer({ [session]: { status: 201, body: me } });
  const onDone = vi.fn<(me: Me) => void>();
  renderPage(<SignInPage onDone={onDone} />);

  await enter(" owner@example.org ", "correct horse");

  expect(server.sentTo(session)).toEqual([
    { email: "owner@example.org", password: "correct horse" },
  ]);
  expect(onDone.mock.calls[0]?.[0]).toEqual(me);
});

it("asks for what is missing before it asks the server", async () => {
  const server = fakeServer({});
  renderPage(<SignInPage onDone={() => {}} />);

  await enter("owner", "");

  expect(screen.getByText("An e-mail address has the form name@example.org.")).toBeTruthy();
  expect(screen.getByText("Enter your password.")).toBeTruthy();
  expect(server.sentTo("POST /api/session")).toEqual([]);
});

it("does not say which of the two was wrong, and keeps what was typed", async () => {
  fakeServer({ [session]: problem(401, "wrong-credentials") });
  renderPage(<SignInPage onDone={() => {}} />);

  await enter("owner@example.org", "wrong");

  expect((await screen.findByRole("alert")).textContent).toContain("do not belong together");
  expect(screen.getByDisplayValue("owner@example.org")).toBeTruthy();
});

it("says how long to wait after too many attempts, and does not try meanwhile", async () => {
  const server = fakeServer({ [session]: problem(429, "too-many-attempts", { retry_after: 90 }) });
  renderPage(<SignInPage onDone={() => {}} />);

  await enter("owner@example.org", "wrong");

  expect((await screen.findByRole("alert")).textContent).toMatch(
    /Too many attempts. Try again in 1.min 30.s/,
  );
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Sign in" }).disabled).toBe(true);
  expect(server.sentTo("POST /api/session")).toHaveLength(1);
});

it("says what to do when the server is away", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("refused")));
  renderPage(<SignInPage onDone={() => {}} />);

  await enter("owner@example.org", "right");

  expect((await screen.findByRole("alert")).textContent).toContain("cannot be reached");
});

it("shows the password on demand", async () => {
  fakeServer({});
  renderPage(<SignInPage onDone={() => {}} />);

  await userEvent.click(screen.getByRole("button", { name: "Show password" }));

  expect(screen.getByLabelText("Password").getAttribute("type")).toBe("text");
});

it("asks only for the password when a session has ended above a page", async () => {
  fakeServer({ [session]: { status: 201, body: me } });
  const onDone = vi.fn<(me: Me) => void>();
  const onLeave = vi.fn<() => void>();
  renderPage(<SignInAgain email={me.email} onDone={onDone} onLeave={onLeave} />);

  expect(screen.getByRole("dialog", { name: "Sign in again" })).toBeTruthy();
  await userEvent.keyboard("{Escape}");
  expect(screen.getByRole("dialog", { name: "Sign in again" })).toBeTruthy();
  await enter("", "correct horse");

  expect(onDone.mock.calls[0]?.[0]).toEqual(me);
  await userEvent.click(screen.getByRole("button", { name: "Sign in as somebody else" }));
  expect(onLeave).toHaveBeenCalledOnce();
});

const asked = { methods: ["code", "recovery"], token: "t1", options: null };

it("asks for a code after the password of whoever has a second factor", async () => {
  const server = fakeServer({
    [session]: { status: 202, body: asked },
    "POST /api/session/second": { status: 201, body: me },
  });
  const onDone = vi.fn<(me: Me) => void>();
  renderPage(<SignInPage onDone={onDone} />);
  await enter("owner@example.org", "correct horse");

  await userEvent.type(await screen.findByLabelText("Code"), "123456{Enter}");

  await expect.poll(() => onDone.mock.calls[0]?.[0]).toEqual(me);
  expect(server.sentTo("POST /api/session/second")).toEqual([{ token: "t1", code: "123456" }]);
});

it("takes a recovery code instead, says when it is wrong, and leads back to the password", async () => {
  fakeServer({
    [session]: { status: 202, body: asked },
    "POST /api/session/second": problem(401, "wrong-code"),
  });
  renderPage(<SignInPage onDone={() => {}} />);
  await enter("owner@example.org", "correct horse");

  await userEvent.click(await screen.findByRole("button", { name: "Use a recovery code" }));
  await userEvent.type(screen.getByLabelText("Recovery code"), "aaaa-bbbb{Enter}");

  expect((await screen.findByRole("alert")).textContent).toContain("used already");
  await userEvent.click(screen.getByRole("button", { name: "Back" }));
  expect(screen.getByDisplayValue("owner@example.org")).toBeTruthy();
});
