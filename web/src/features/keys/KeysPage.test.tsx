/** The page of keys: made and shown once, changed with the way back, rotated, revoked after asking. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import type { Me } from "../../shared/api/types";
import { type FakeServer, fakeServer, page, problem } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { aKey } from "./a-key";
import { changeOf, draftOf, freshTerms, mistakesIn, termsOf } from "./key-terms";
import { KeysPage } from "./KeysPage";
import { snippetFor } from "./snippet";

const me: Me = {
  id: "grace",
  email: "grace@example.org",
  name: "Grace",
  role: "member",
  role_name: "Member",
  has_password: true,
  permissions: ["key.create"],
  read_all_allowed: false,
  created_at: "",
};

const now = new Date("2026-11-22T00:00:00Z");
let server: FakeServer;

beforeEach(() => {
  server = fakeServer({ "GET /api/keys": page([aKey()]) });
});

function show(more: Partial<Me> = {}, account: string | null = null) {
  renderPage(
    <KeysPage me={{ ...me, ...more }} account={account} proven={async (deed) => deed()} />,
  );
}

async function choose(deed: string) {
  await userEvent.click(await screen.findByRole("button", { name: "More for Nightly" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: deed }));
}

it("makes a key with what was chosen, and shows it once with how to try it", async () => {
  const made = { key: "sk-arc-secret", details: aKey({ doors: ["openai"] }) };
  server.answer({ "POST /api/keys": { status: 201, body: made } });
  show();

  await userEvent.click(await screen.findByRole("button", { name: "Make a key" }));
  await userEvent.type(screen.getByLabelText("Name"), "Nightly");
  await userEvent.click(screen.getByRole("button", { name: "Make a key" }));

  expect(await screen.findByDisplayValue("sk-arc-secret")).toBeTruthy();
  expect(screen.getByText(/OPENAI_API_KEY=sk-arc-secret/)).toBeTruthy();
  expect(server.sentTo("POST /api/keys")).toMatchObject([
    { name: "Nightly", doors: ["openai"], models: ["*"], addresses: [], user_id: null },
  ]);
  await userEvent.click(screen.getByRole("button", { name: "Done" }));
  expect(screen.queryByDisplayValue("sk-arc-secret")).toBeNull();
});

it("sends nothing while something is missing, and says what", async () => {
  show();

  await userEvent.click(await screen.findByRole("button", { name: "Make a key" }));
  await userEvent.click(screen.getByRole("checkbox", { name: /OpenAI/ }));
  await userEvent.click(screen.getByRole("button", { name: "Make a key" }));

  expect(screen.getByText("It needs a name.")).toBeTruthy();
  expect(screen.getByText("Choose at least one door.")).toBeTruthy();
  expect(server.sentTo("POST /api/keys")).toEqual([]);
});

it("keeps what was filled in where the server refuses, and says why", async () => {
  server.answer({ "POST /api/keys": problem(422, "invalid-input") });
  show();

  await userEvent.click(await screen.findByRole("button", { name: "Make a key" }));
  await userEvent.type(screen.getByLabelText("Name"), "Nightly");
  await userEvent.click(screen.getByRole("button", { name: "Make a key" }));

  expect((await screen.findByRole("alert")).textContent).toMatch(/invalid-input/);
  expect(screen.getByDisplayValue("Nightly")).toBeTruthy();
});

it("rotates the secret that was seen, and shows the next one", async () => {
  const made = { key: "sk-arc-next", details: aKey() };
  server.answer({ "POST /api/keys/k1/rotate": { status: 201, body: made } });
  show();

  await choose("Rotate");
  await userEvent.click(await screen.findByRole("button", { name: "Rotate" }));

  expect(await screen.findByDisplayValue("sk-arc-next")).toBeTruthy();
  expect(server.sentTo("POST /api/keys/k1/rotate")).toEqual([
    { overlap_seconds: 86_400, replaces: "abcd" },
  ]);
});

it("shows both secrets while one replaces the other", async () => {
  const [current] = aKey().secrets;
  if (!current) throw new Error("no secret");
  const earlier = { ...current, shown: "sk-arc-…old1", made_at: "x", ends_at: now.toISOString() };
  server.answer({ "GET /api/keys": page([aKey({ secrets: [current, earlier] })]) });
  show();

  const list = within(await screen.findByRole("list", { name: "Keys" }));

  expect(list.getByText("sk-arc-…abcd")).toBeTruthy();
  expect(list.getByText(/sk-arc-…old1 goes on until .* never used/)).toBeTruthy();
});

it("revokes only after asking, naming the key and its last use", async () => {
  server.answer({ "DELETE /api/keys/k1": { status: 204 } });
  show();

  await choose("Revoke");
  expect(await screen.findByText(/sk-arc-…abcd opens nothing any more/)).toBeTruthy();
  expect(screen.getByText(/Never used. Programs/)).toBeTruthy();
  expect(server.sentTo("DELETE /api/keys/k1")).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Revoke" }));

  expect(await screen.findByText("Nightly was revoked")).toBeTruthy();
});

it("changes a key and offers the way back", async () => {
  server.answer({ "PATCH /api/keys/k1": { body: aKey({ name: "Weekly" }) } });
  show();

  await choose("Change");
  await userEvent.click(await screen.findByRole("button", { name: "Save" }));
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));

  await screen.findByText("Nightly is as before");
  const [change, back] = server.sentTo("PATCH /api/keys/k1");
  expect(change).not.toHaveProperty("expires_at");
  expect(back).toMatchObject({ name: "Nightly", expires_at: null });
});

it("lets whoever may revoke all see everybody's keys, and change none of them", async () => {
  const robots = aKey({ id: "k2", user_id: "other", owner_name: "Ada" });
  show({ permissions: ["key.create", "key.manage_all"] });

  await screen.findByText("Nightly");
  server.answer({ "GET /api/keys?everybodys=true": page([robots]) });
  await userEvent.selectOptions(screen.getByLabelText("Whose"), "Everybody's");

  expect(await screen.findByText("of Ada")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Make a key" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "More for Nightly" }));
  await screen.findByRole("menuitem", { name: "Revoke" });
  expect(screen.queryByRole("menuitem", { name: "Rotate" })).toBeNull();
});

it("makes a key for a service account", async () => {
  const account = { id: "robot", name: "Robot" };
  server.answer({
    "GET /api/people/robot": { body: account },
    "GET /api/keys?user_id=robot": page([]),
    "POST /api/keys": { status: 201, body: { key: "sk-arc-r", details: aKey() } },
  });
  show({ permissions: ["service.manage"] }, "robot");

  expect(await screen.findByRole("heading", { name: "Keys of Robot" })).toBeTruthy();
  await screen.findByText("No key yet");
  const [first] = screen.getAllByRole("button", { name: "Make a key" });
  if (!first) throw new Error("no way to make a key");
  await userEvent.click(first);
  await userEvent.type(screen.getByLabelText("Name"), "Nightly");
  await userEvent.click(screen.getByRole("button", { name: "Make a key" }));

  await screen.findByDisplayValue("sk-arc-r");
  expect(server.sentTo("POST /api/keys")).toMatchObject([{ user_id: "robot" }]);
});

it("sends what is written as people write it", () => {
  const terms = {
    ...freshTerms,
    name: " Nightly ",
    models: "small,  big-*",
    addresses: "10.0.0.0/8 192.0.2.1",
    limits: { requests_per_minute: "60", tokens_per_minute: "", concurrent: " 2 " },
    days: 30,
  };

  expect(mistakesIn(terms)).toEqual(new Set());
  expect(draftOf(terms, now, null)).toEqual({
    name: "Nightly",
    doors: ["openai"],
    models: ["small", "big-*"],
    addresses: ["10.0.0.0/8", "192.0.2.1"],
    limits: { requests_per_minute: 60, tokens_per_minute: null, concurrent: 2 },
    expires_at: "2026-12-22T00:00:00.000Z",
    user_id: null,
  });
  expect(mistakesIn({ ...terms, limits: { ...terms.limits, concurrent: "0" } })).toEqual(
    new Set(["concurrent"]),
  );
  expect(termsOf(aKey({ models: ["a", "b"] })).models).toBe("a, b");
});

it("keeps a model whose name has spaces when its key is changed", () => {
  const key = aKey({ models: ["My fast route", "gpt-*"] });

  const changed = changeOf({ ...termsOf(key), name: "Renamed" }, new Date());

  expect(changed.models).toEqual(["My fast route", "gpt-*"]);
});

const at = (doors: ("api" | "anthropic" | "gemini")[]) =>
  snippetFor(aKey({ doors }), "sk-arc-s", "https://chat.example");

it("shows how to try a key, by the first of its doors", () => {
  expect(at(["api"])).toContain("https://chat.example/api/models");
  expect(at(["anthropic", "api"])).toContain("ANTHROPIC_API_KEY=sk-arc-s");
  expect(at(["gemini"])).toBe("Authorization: Bearer sk-arc-s");
});
