/** Connections: choosing a kind, changing one in its place, asking it again. */
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import type { Connection } from "../../shared/api/types";
import { fakeServer, type FakeServer, page, problem } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { write } from "../../shared/testing/write";
import { aConnection, aMachine, someKinds } from "./a-model";
import { ModelsPage } from "./ModelsPage";

const answering = { body: { ok: true, model_count: 3, latency_ms: 400, problem: null } };
const refusing = {
  body: {
    ok: false,
    model_count: 0,
    latency_ms: 5,
    problem: {
      connection_id: "c1",
      connection_name: "rack",
      code: "provider-refused-key",
      message: "no",
      retryable: false,
    },
  },
};
let server: FakeServer;

beforeEach(() => {
  server = fakeServer({
    "GET /api/models": page([], { problems: [] }),
    "GET /api/connections": page([aConnection({ key_hint: "7f2c", models: ["small"] })]),
    "GET /api/connection-kinds": page(someKinds),
    "GET /api/models/downloads": page([]),
    "GET /api/models/catalogue": page([], { machine: aMachine }),
    "POST /api/connections/c1/test": answering,
  });
});

async function choose(kind: RegExp) {
  await userEvent.click(await screen.findByRole("button", { name: "Add a connection" }));
  await userEvent.click(await screen.findByRole("button", { name: kind }));
}

async function edit(change: Partial<Connection>) {
  server.answer({ "PATCH /api/connections/c1": { body: aConnection(change) } });
  renderPage(<ModelsPage />);
  await userEvent.click(await screen.findByRole("button", { name: "More for rack" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Edit" }));
  return within(await screen.findByRole("dialog", { name: "Edit rack" }));
}

it("knows where a provider is, and asks for its key before anything is sent", async () => {
  server.answer({
    "POST /api/connections": { status: 201, body: aConnection({ id: "c9", name: "Anthropic" }) },
    "POST /api/connections/c9/test": answering,
  });
  renderPage(<ModelsPage />);
  await choose(/^Anthropic.*Needs a key/);

  const key = screen.getByLabelText("Key");
  expect(document.activeElement).toBe(key);
  await userEvent.click(screen.getByRole("button", { name: "Add and test" }));
  expect(screen.getByText(/answers only with a key/)).toBeTruthy();
  expect(server.sentTo("POST /api/connections")).toEqual([]);
  await userEvent.type(key, "secret{Enter}");

  expect(await screen.findByText("Anthropic is connected: three models")).toBeTruthy();
  expect(server.sentTo("POST /api/connections")).toEqual([
    { kind: "anthropic", name: "Anthropic", base_url: "https://api.anthropic.com", key: "secret" },
  ]);
});

it("offers only the models that are named, each once", async () => {
  server.answer({
    "POST /api/connections": { status: 201, body: aConnection({ id: "c9", name: "rack" }) },
    "POST /api/connections/c9/test": answering,
  });
  renderPage(<ModelsPage />);
  await choose(/^OpenAI-compatible/);
  await write(screen.getByLabelText("Address"), "http://10.0.0.9:8000/v1");
  await write(screen.getByLabelText("Models"), "small, large,, small");
  await userEvent.keyboard("{Enter}");

  await screen.findByText(/is connected/);
  expect(server.sentTo("POST /api/connections")).toMatchObject([{ models: ["small", "large"] }]);
});

it("goes back to the kinds, where the one before has the focus", async () => {
  renderPage(<ModelsPage />);
  await choose(/^Anthropic/);

  await userEvent.click(screen.getByRole("button", { name: "Choose another kind" }));

  expect(document.activeElement?.textContent).toContain("Anthropic");
  expect(screen.getByRole("button", { name: /^OpenAI-compatible/ })).toBeTruthy();
});

it("sends only what was changed, and asks the connection again", async () => {
  const dialog = await edit({ name: "shelf" });
  await write(dialog.getByLabelText("Name"), "shelf");
  const before = server.sentTo("POST /api/connections/c1/test").length;

  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  expect(await screen.findByText("shelf was changed")).toBeTruthy();
  expect(server.sentTo("PATCH /api/connections/c1")).toEqual([{ name: "shelf" }]);
  expect(server.sentTo("POST /api/connections/c1/test").length).toBe(before + 1);
});

it("replaces a key, and takes named models back", async () => {
  const dialog = await edit({});
  expect(dialog.getByText(/The key ending in 7f2c stays/)).toBeTruthy();
  await write(dialog.getByLabelText("Models"), "");
  await write(dialog.getByLabelText("Key"), "another");

  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  await screen.findByText("rack was changed");
  expect(server.sentTo("PATCH /api/connections/c1")).toEqual([{ key: "another", models: null }]);
});

it("removes a key only after saying that it cannot be brought back", async () => {
  const dialog = await edit({ key_hint: null });
  await userEvent.click(dialog.getByRole("button", { name: "Remove the key" }));
  expect(dialog.getByText(/cannot be brought back/)).toBeTruthy();

  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  await screen.findByText("rack was changed");
  expect(server.sentTo("PATCH /api/connections/c1")).toEqual([{ key: null }]);
});

it("keeps what was written when a change is refused", async () => {
  const dialog = await edit({});
  server.answer({ "PATCH /api/connections/c1": problem(403, "not-allowed") });
  await write(dialog.getByLabelText("Name"), "shelf");

  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  expect((await dialog.findByRole("alert")).textContent).toContain("does not allow");
  expect(dialog.getByDisplayValue("shelf")).toBeTruthy();
});

it("says what a test found and how long it took", async () => {
  renderPage(<ModelsPage />);
  await userEvent.click(await screen.findByRole("button", { name: "More for rack" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Test" }));

  expect(await screen.findByText(/^rack answered in 0.4.s: three models$/)).toBeTruthy();
});

it("asks for a new key where the old one is refused", async () => {
  server.answer({ "POST /api/connections/c1/test": refusing });
  renderPage(<ModelsPage />);

  await userEvent.click(await screen.findByRole("button", { name: "Enter a new key" }));

  expect(await screen.findByRole("dialog", { name: "Edit rack" })).toBeTruthy();
});

it("leaves a connection of the settings to the settings", async () => {
  server.answer({ "GET /api/connections": page([aConnection({ source: "settings" })]) });
  renderPage(<ModelsPage />);
  await userEvent.click(await screen.findByRole("button", { name: "More for rack" }));

  expect(await screen.findByRole("menuitem", { name: "Test" })).toBeTruthy();
  expect(screen.queryByRole("menuitem", { name: "Edit" })).toBeNull();
  expect(screen.getByText(/Comes from the settings/)).toBeTruthy();
});

it("offers to connect the first where there is none", async () => {
  server.answer({ "GET /api/connections": page([]) });
  renderPage(<ModelsPage />);

  await userEvent.click(await screen.findByRole("button", { name: "Connect the first" }));

  expect(await screen.findByRole("button", { name: /^Anthropic/ })).toBeTruthy();
});

it("does not speak of the end of a key that is too short to show one", async () => {
  server.answer({ "GET /api/connections": page([aConnection({ key_hint: "…" })]) });
  const dialog = await edit({});

  expect(dialog.getByText(/^The key stays\./)).toBeTruthy();
  expect(screen.getByText("Has a key")).toBeTruthy();
});

it("connects a provider for oneself alone, and says so", async () => {
  server.answer({
    "GET /api/connections": page([aConnection({ key_hint: "7f2c", own: true })], {
      own_allowed: true,
      own_of_others: 2,
    }),
    "POST /api/connections": { status: 201, body: aConnection({ id: "c9", own: true }) },
    "POST /api/connections/c9/test": answering,
  });
  renderPage(<ModelsPage />);
  expect(await screen.findByText(/^Only for me/)).toBeTruthy();
  expect(screen.getByText("Others have two connections of their own.")).toBeTruthy();
  await choose(/^Anthropic.*Needs a key/);

  expect(screen.getByRole("radio", { name: "Everybody here" })).toHaveProperty("checked", true);
  await userEvent.click(screen.getByRole("radio", { name: "Only for me" }));
  await userEvent.type(screen.getByLabelText("Key"), "secret{Enter}");

  await screen.findByText("Anthropic is connected: three models");
  expect(server.sentTo("POST /api/connections")).toEqual([
    {
      kind: "anthropic",
      name: "Anthropic",
      base_url: "https://api.anthropic.com",
      key: "secret",
      own: true,
    },
  ]);
});

it("where nobody may bring a key, nobody is asked whose it is", async () => {
  renderPage(<ModelsPage />);
  await choose(/^Anthropic.*Needs a key/);

  expect(screen.queryByRole("radio", { name: "Only for me" })).toBeNull();
});

it("lets the owner say whether a connection may reach private addresses, and nobody else", async () => {
  server.answer({ "GET /api/connections": page([aConnection()], { own_of_others: 0 }) });
  const dialog = await edit({ private_addresses: false });

  const choice = dialog.getByRole("checkbox", { name: "May reach private addresses" });
  expect(choice).toHaveProperty("checked", true);
  await userEvent.click(choice);
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  await waitFor(() =>
    expect(server.sentTo("PATCH /api/connections/c1")).toEqual([{ private_addresses: false }]),
  );
});

it("lets a connection’s answers end without their mark, where some servers of its kind leave it out", async () => {
  const dialog = await edit({});

  await userEvent.click(dialog.getByRole("checkbox", { name: "Answers end without [DONE]" }));
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  await waitFor(() =>
    expect(server.sentTo("PATCH /api/connections/c1")).toEqual([{ unmarked_end: true }]),
  );
});

it("does not ask how answers end of a kind that always says it", async () => {
  server.answer({ "GET /api/connections": page([aConnection({ kind: "anthropic" })]) });
  const dialog = await edit({});

  expect(dialog.queryByRole("checkbox", { name: /end without/ })).toBeNull();
});

it("asks nobody but the owner about private addresses", async () => {
  server.answer({
    "GET /api/connections": page([aConnection({ own: true })], { own_of_others: null }),
  });
  const dialog = await edit({});

  expect(dialog.queryByRole("checkbox", { name: /private/ })).toBeNull();
});
