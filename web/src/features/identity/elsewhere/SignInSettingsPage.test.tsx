/** The page about signing in: what is configured, what to register, and a test of it. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { SignInSettings } from "../../../shared/api/types";
import { fakeServer, problem } from "../../../shared/testing/fake-server";
import { renderPage } from "../../../shared/testing/render-page";
import { write } from "../../../shared/testing/write";
import type { Proven } from "./proven";
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
  second_factor: "unless-vouched",
  redirect_address: "https://chat.company.example/api/sign-in/company/callback",
  accounts: 1,
  source: "settings",
  is_enabled: true,
  version: 0,
  problem: null,
  only_way_of: 0,
  said: null,
  changed_at: null,
};
const made: SignInSettings = {
  ...company,
  name: "sso",
  label: "Our SSO",
  source: "person",
  version: 3,
  accounts: 4,
  only_way_of: 1,
  said: {
    kind: "oidc",
    label: "Our SSO",
    issuer: company.issuer,
    client_id: "arcano",
    project: "",
    scopes: [],
    group_claim: "groups",
    groups: { "cn=a,dc=b": "navy" },
    make_groups: false,
    role_claim: "",
    roles: {},
    domains: [],
    new_people: "wait",
    trust_email: false,
    second_factor: "always",
    private_addresses: false,
  },
};
const redirect_pattern = "https://chat.company.example/api/sign-in/{name}/callback";

/** Nobody is asked for a proof. */
const proven: Proven = (deed) => deed();
const thePage = () => renderPage(<SignInSettingsPage proven={proven} proof={null} />);

function answer(...items: SignInSettings[]) {
  return { [settings]: { body: { items, redirect_pattern } } };
}

it("says what is set and what to register at the provider", async () => {
  fakeServer(answer(company));
  thePage();

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
  fakeServer({ ...answer(company), [test]: { body: { items } } });
  thePage();

  await userEvent.click(await screen.findByRole("button", { name: "Test Company" }));

  const found = within(await screen.findByRole("list", { name: "Test Company" }));
  expect(found.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([
    "DescriptionIt describes itself.",
    "KeysNo keys.",
  ]);
});

it("says when the test itself could not be made", async () => {
  fakeServer({ ...answer(company), [test]: problem(503, "busy") });
  thePage();

  await userEvent.click(await screen.findByRole("button", { name: "Test Company" }));

  expect(await screen.findByRole("alert")).toBeTruthy();
});

it("says how to begin where nothing is configured", async () => {
  fakeServer(answer());
  thePage();

  expect(await screen.findByText("Only with a password")).toBeTruthy();
});

it("adds a provider, with the address to register from the first letter on", async () => {
  const add = "POST /api/sign-in-providers";
  const server = fakeServer({ ...answer(company), [add]: { status: 201, body: made } });
  thePage();

  await userEvent.click(await screen.findByRole("button", { name: "Add a provider" }));
  const form = within(await screen.findByRole("dialog", { name: "Add a provider" }));
  expect(form.getByLabelText("Short name")).toHaveProperty("value", "company-2");
  await write(form.getByLabelText("Short name"), "sso");
  const register = form.getByLabelText("Address to register there");
  expect(register).toHaveProperty("value", "https://chat.company.example/api/sign-in/sso/callback");
  await write(form.getByLabelText("Issuer"), "https://sso.company.example");
  await write(form.getByLabelText("Client ID"), "arcano");
  await write(form.getByLabelText("Client secret"), "a secret");
  await userEvent.click(form.getByRole("button", { name: "Add" }));

  expect(await screen.findByText("People can sign in with Our SSO now")).toBeTruthy();
  expect(server.sentTo(add)).toMatchObject([
    { name: "sso", kind: "oidc", client_id: "arcano", client_secret: "a secret", is_enabled: true },
  ]);
});

it("leaves the secret alone when something else is changed", async () => {
  const change = "PUT /api/sign-in-providers/sso";
  const server = fakeServer({ ...answer(made), [change]: { body: made } });
  thePage();

  await openDeed("Change");
  const form = within(await screen.findByRole("dialog", { name: "Change Our SSO" }));
  await userEvent.click(form.getByRole("button", { name: "Save" }));

  await screen.findByText("Our SSO was changed");
  const [sent] = server.sentTo(change);
  expect(sent).toMatchObject({ version: 3, groups: { "cn=a,dc=b": "navy" } });
  expect(sent).not.toHaveProperty("client_secret");
});

it("says when a second factor is asked for, and has that changed", async () => {
  const change = "PUT /api/sign-in-providers/sso";
  const server = fakeServer({ ...answer(made), [change]: { body: made } });
  thePage();

  const section = await screen.findByRole("region", { name: "Our SSO" });
  expect(section.textContent).toContain(
    "Second factoris asked for, unless the provider says that it saw one",
  );
  await openDeed("Change");
  const form = within(await screen.findByRole("dialog", { name: "Change Our SSO" }));
  await userEvent.click(form.getByText("Groups, roles and more"));
  const choice = form.getByLabelText("Second factor of people who have one here");
  expect(choice).toHaveProperty("value", "always");
  await userEvent.selectOptions(choice, "is not asked for");
  await userEvent.click(form.getByRole("button", { name: "Save" }));

  await screen.findByText("Our SSO was changed");
  expect(server.sentTo(change)).toMatchObject([{ second_factor: "never" }]);
});

it("says who could not come in any more before it deletes, and brings back", async () => {
  const gone = "DELETE /api/sign-in-providers/sso?version=3";
  const back = "POST /api/sign-in-providers/sso/restore";
  const server = fakeServer({
    ...answer(made),
    [gone]: { status: 204 },
    [back]: { body: made },
  });
  thePage();

  await openDeed("Delete");
  const asked = within(await screen.findByRole("dialog", { name: "Delete Our SSO?" }));
  expect(asked.getByText(/1 of them has no other way in/)).toBeTruthy();
  server.answer(answer());
  await userEvent.click(asked.getByRole("button", { name: "Delete" }));
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));

  expect(await screen.findByText("Our SSO is back")).toBeTruthy();
  expect(server.sentTo(back)).toHaveLength(1);
});

it("says why the last way of the owner stays open", async () => {
  const detail = "The owner signs in by this provider alone.";
  const off = "PATCH /api/sign-in-providers/sso";
  fakeServer({
    ...answer(made),
    [off]: { status: 409, body: { code: "last-way-in", detail } },
  });
  thePage();

  await openDeed("Switch off");
  const asked = within(await screen.findByRole("dialog", { name: "Switch off Our SSO?" }));
  await userEvent.click(asked.getByRole("button", { name: "Switch off" }));

  expect((await asked.findByRole("alert")).textContent).toContain(detail);
});

it("offers no change of what the settings of the server say", async () => {
  fakeServer(answer(company));
  thePage();

  const section = await screen.findByRole("region", { name: "Company" });

  expect(section.textContent).toContain("Set in the settings of the server");
  expect(within(section).queryByRole("button", { name: /What to do/ })).toBeNull();
});

async function openDeed(name: string) {
  await userEvent.click(await screen.findByRole("button", { name: "What to do with Our SSO" }));
  await userEvent.click(await screen.findByRole("menuitem", { name }));
}
