/** The other ways in: which are offered, where they lead, and what a try came to. */
import { screen } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { fakeServer } from "../../../shared/testing/fake-server";
import { renderPage } from "../../../shared/testing/render-page";
import { SignInElsewhere } from "./SignInElsewhere";

const providers = "GET /api/sign-in/providers";

beforeEach(() => history.replaceState(null, "", "/c/new"));

it("offers what is configured, and comes back to the page that is open", async () => {
  const items = [
    { name: "google", label: "Google", kind: "google" },
    { name: "our-company", label: "Our company", kind: "oidc" },
    { name: "app", label: "Firebase", kind: "firebase" },
  ];
  fakeServer({ [providers]: { body: { items } } });
  renderPage(<SignInElsewhere />);

  await screen.findByRole("link", { name: "Sign in with Google" });

  const links = screen.getAllByRole("link");
  expect(links.map((link) => link.getAttribute("href"))).toEqual([
    "/api/sign-in/google/begin?return_to=%2Fc%2Fnew",
    "/api/sign-in/our-company/begin?return_to=%2Fc%2Fnew",
  ]);
});

it("is silent where nothing is configured", async () => {
  const server = fakeServer({ [providers]: { body: { items: [] } } });
  const { container } = renderPage(<SignInElsewhere />);

  await expect.poll(() => server.calls.length).toBe(1);

  expect(container.textContent).toBe("");
});

it("says what a try came to, and takes it out of the address", async () => {
  history.replaceState(null, "", "/c/new?x=1&sign-in-failed=account-exists&sign-in-by=google");
  fakeServer({ [providers]: { body: { items: [] } } });
  renderPage(<SignInElsewhere />);

  expect((await screen.findByRole("alert")).textContent).toContain("then link this one");
  expect(location.search).toBe("?x=1");
});

it("has words also for a code that it does not know", async () => {
  history.replaceState(null, "", "/?sign-in-failed=%3Cb%3Enew");
  fakeServer({ [providers]: { body: { items: [] } } });
  renderPage(<SignInElsewhere />);

  expect((await screen.findByRole("alert")).textContent).toBe(
    "That did not work. Begin again, or sign in another way.",
  );
});
