/** The page about signing in: what is configured, what to register, and a test of it. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { SignInSettings } from "../../../shared/api/types";
import { fakeServer, problem } from "../../../shared/testing/fake-server";
import { renderPage } from "../../../shared/testing/render-page";
import { SignInSettingsPage } from "./SignInSettingsPage";

const settings = "GET /api/sign-in/settings";
const test = "POST /api/sign-in/company/test";
const company: SignInSettings = {
  name: "company",
  label: "Company",
  kind: "oidc",
  issuer: "https://sso.company.example",
  client_id: "arcano",
  has_secret: true,
  scopes: ["openid", "email"],
  group_claim: "groups",
  role_claim: "roles",
  roles: { boss: "admin" },
  domains: [],
  new_people: "wait",
  trust_email: false,
  redirect_address: "https://chat.company.example/api/sign-in/company/callback",
  accounts: 1,
};

it("says what is set and what to register at the provider", async () => {
  fakeServer({ [settings]: { body: { items: [company] } } });
  renderPage(<SignInSettingsPage />);

  const section = await screen.findByRole("region", { name: "Company" });

  expect(section.textContent).toContain("OpenID Connect. 1 account is linked.");
  expect(section.textContent).toContain("Address to register therehttps://chat.company.example/");
  expect(section.textContent).toContain("roles, boss → admin");
  expect(section.textContent).toContain("New peoplewait for an approval");
  expect(section.textContent).not.toContain("Only from");
});

it("tests a provider, and says what is good and what is not", async () => {
  const items = [
    { what: "discovery", is_good: true, detail: "It describes itself." },
    { what: "keys", is_good: false, detail: "No keys." },
  ];
  fakeServer({ [settings]: { body: { items: [company] } }, [test]: { body: { items } } });
  renderPage(<SignInSettingsPage />);

  await userEvent.click(await screen.findByRole("button", { name: "Test Company" }));

  const found = within(await screen.findByRole("list", { name: "Test Company" }));
  expect(found.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([
    "DescriptionIt describes itself.",
    "KeysNo keys.",
  ]);
});

it("says when the test itself could not be made", async () => {
  fakeServer({ [settings]: { body: { items: [company] } }, [test]: problem(503, "busy") });
  renderPage(<SignInSettingsPage />);

  await userEvent.click(await screen.findByRole("button", { name: "Test Company" }));

  expect(await screen.findByRole("alert")).toBeTruthy();
});

it("says how to begin where nothing is configured", async () => {
  fakeServer({ [settings]: { body: { items: [] } } });
  renderPage(<SignInSettingsPage />);

  expect(await screen.findByText("Only with a password")).toBeTruthy();
});
