/** The other ways in: which are offered, where they lead, and what a try came to. */
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { Me } from "../../../shared/api/types";
import { fakeServer } from "../../../shared/testing/fake-server";
import { renderPage } from "../../../shared/testing/render-page";
import { SignInElsewhere } from "./SignInElsewhere";

const providers = "GET /api/sign-in/providers";

const onDone = vi.fn<(me: Me) => void>();

beforeEach(() => {
  history.replaceState(null, "", "/c/new");
  onDone.mockReset();
});

it("offers what is configured, and comes back to the page that is open", async () => {
  const items = [
    { name: "google", label: "Google", kind: "google" },
    { name: "our-company", label: "Our company", kind: "oidc" },
    { name: "app", label: "Firebase", kind: "firebase" },
  ];
  fakeServer({ [providers]: { body: { items } } });
  renderPage(<SignInElsewhere onDone={onDone} />);

  await screen.findByRole("link", { name: "Sign in with Google" });

  const links = screen.getAllByRole("link");
  expect(links.map((link) => link.getAttribute("href"))).toEqual([
    "/api/sign-in/google/begin?return_to=%2Fc%2Fnew",
    "/api/sign-in/our-company/begin?return_to=%2Fc%2Fnew",
  ]);
});

it("is silent where nothing is configured", async () => {
  const server = fakeServer({ [providers]: { body: { items: [] } } });
  const { container } = renderPage(<SignInElsewhere onDone={onDone} />);

  await expect.poll(() => server.calls.length).toBe(1);

  expect(container.textContent).toBe("");
});

it("says what a try came to, and takes it out of the address", async () => {
  history.replaceState(null, "", "/c/new?x=1&sign-in-failed=account-exists&sign-in-by=google");
  fakeServer({ [providers]: { body: { items: [] } } });
  renderPage(<SignInElsewhere onDone={onDone} />);

  expect((await screen.findByRole("alert")).textContent).toContain("then link this one");
  expect(location.search).toBe("?x=1");
});

it("has words also for a code that it does not know", async () => {
  history.replaceState(null, "", "/?sign-in-failed=%3Cb%3Enew");
  fakeServer({ [providers]: { body: { items: [] } } });
  renderPage(<SignInElsewhere onDone={onDone} />);

  expect((await screen.findByRole("alert")).textContent).toBe(
    "That did not work. Begin again, or sign in another way.",
  );
});

const toolkit = "https://toolkit.example";
const app = {
  name: "app",
  label: "Firebase",
  kind: "firebase",
  firebase: { toolkit_url: toolkit, web_key: "web-key" },
};
const exchange = `POST ${toolkit}/v1/accounts:signInWithPassword?key=web-key`;

async function enterByFirebase() {
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Sign in with Firebase" }));
  await user.type(screen.getByLabelText("E-mail"), "ada@example.org");
  await user.type(screen.getByLabelText("Password"), "a long password");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
}

it("exchanges a password at Firebase and hands over nothing but the token", async () => {
  const server = fakeServer({
    [providers]: { body: { items: [app] } },
    [exchange]: { body: { idToken: "token-of-firebase" } },
    "POST /api/sign-in/app": { status: 201, body: { id: "ada" } },
  });
  renderPage(<SignInElsewhere onDone={onDone} />);

  await enterByFirebase();

  await expect.poll(() => onDone.mock.calls.length).toBe(1);
  const handedOver = server.calls.filter(({ path }) => path.startsWith("/api/sign-in/app"));
  expect(handedOver.map(({ body }) => body)).toEqual([{ id_token: "token-of-firebase" }]);
});

it.each([
  ["INVALID_LOGIN_CREDENTIALS", "do not belong together"],
  ["TOO_MANY_ATTEMPTS_TRY_LATER : Access was disabled", "Try again in"],
  ["USER_DISABLED", "was disabled"],
  ["SOMETHING_NEW", "Firebase did not let you in"],
])("says what Firebase means by %s", async (message, said) => {
  fakeServer({
    [providers]: { body: { items: [app] } },
    [exchange]: { status: 400, body: { error: { message } } },
  });
  renderPage(<SignInElsewhere onDone={onDone} />);

  await enterByFirebase();

  expect((await screen.findByRole("alert")).textContent).toContain(said);
  expect(onDone).not.toHaveBeenCalled();
});
