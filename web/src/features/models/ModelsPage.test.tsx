/** The page of connections and models. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { fakeServer, type FakeServer, page, problem } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import {
  aConnection,
  aDownload,
  aModelFile,
  aLocalModel,
  aMachine,
  aModel,
  anEntry,
  noMemory,
  someKinds,
} from "./a-model";
import { ModelsPage } from "./ModelsPage";

const answering = { body: { ok: true, model_count: 2, latency_ms: 400, problem: null } };
const silent = {
  body: {
    ok: false,
    model_count: 0,
    latency_ms: 5,
    problem: {
      connection_id: "c9",
      connection_name: "new",
      code: "provider-unreachable",
      message: "refused",
      retryable: true,
    },
  },
};
let server: FakeServer;

beforeEach(() => {
  server = fakeServer({
    "GET /api/models": page([aModel({ capabilities: ["tools"] })], { problems: [] }),
    "GET /api/connections": page([
      aConnection({ key_hint: "7f2c" }),
      aConnection({ id: "c2", name: "Ollama", source: "discovered" }),
    ]),
    "GET /api/connection-kinds": page(someKinds),
    "GET /api/models/downloads": page([]),
    "GET /api/models/files": page([aModelFile()]),
    "GET /api/models/local": page([aLocalModel()], { memory: noMemory, engine_problem: null }),
    "GET /api/models/catalogue": page([anEntry()], { machine: aMachine, problem: null }),
    "POST /api/connections/c1/test": answering,
    "POST /api/connections/c2/test": answering,
    "POST /api/connections": { status: 201, body: aConnection({ id: "c9", name: "new" }) },
    "DELETE /api/connections/c9": { status: 204 },
    "DELETE /api/connections/c1": { status: 204 },
  });
});

async function addAn(address: string, key = "") {
  await userEvent.click(await screen.findByRole("button", { name: "Add a connection" }));
  await userEvent.click(await screen.findByRole("button", { name: /^OpenAI-compatible/ }));
  await userEvent.type(await screen.findByRole("textbox", { name: "Address" }), address);
  if (key) await userEvent.type(screen.getByLabelText("Key"), key);
  await userEvent.click(screen.getByRole("button", { name: "Add and test" }));
}

it("lists connections with what they answered, and the models of this machine", async () => {
  renderPage(<ModelsPage />);

  const list = await screen.findByRole("list", { name: "Connections" });
  expect(await within(list).findByText("Key accepted")).toBeTruthy();
  expect(within(list).getByText("Key ends in 7f2c")).toBeTruthy();
  expect(await screen.findByText("Text, tools. Context 8,192")).toBeTruthy();
});

it("adds a connection that answers, and forgets its key", async () => {
  server.answer({ "POST /api/connections/c9/test": answering });
  renderPage(<ModelsPage />);

  await addAn("http://10.0.0.9:8000/v1", "secret");

  expect(await screen.findByText("10.0.0.9:8000 is connected: two models")).toBeTruthy();
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(server.sentTo("POST /api/connections")).toEqual([
    {
      kind: "openai-compatible",
      name: "10.0.0.9:8000",
      base_url: "http://10.0.0.9:8000/v1",
      key: "secret",
    },
  ]);
});

it("does not keep one that does not answer, unless told to", async () => {
  server.answer({ "POST /api/connections/c9/test": silent });
  renderPage(<ModelsPage />);

  await addAn("http://10.0.0.9:8000/v1");

  expect((await screen.findByRole("alert")).textContent).toContain("Not reached");
  expect(server.sentTo("DELETE /api/connections/c9")).toHaveLength(1);
  await userEvent.click(screen.getByRole("button", { name: "Keep it anyway" }));
  await eventually(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(server.sentTo("DELETE /api/connections/c9")).toHaveLength(1);
});

it("says what is wrong with an address before it is sent", async () => {
  renderPage(<ModelsPage />);

  await addAn("10.0.0.9:8000");

  expect(screen.getByText("An address begins with http:// or https://.")).toBeTruthy();
  expect(server.sentTo("POST /api/connections")).toEqual([]);
});

it("says who may add connections", async () => {
  server.answer({ "POST /api/connections": problem(403, "not-allowed") });
  renderPage(<ModelsPage />);

  await addAn("http://10.0.0.9:8000/v1");

  expect((await screen.findByRole("alert")).textContent).toContain("does not allow");
});

it("names what is lost before it deletes, and only offers it for what a person added", async () => {
  renderPage(<ModelsPage />);

  await userEvent.click(await screen.findByRole("button", { name: "More for Ollama" }));
  expect(await screen.findByRole("menuitem", { name: "Test" })).toBeTruthy();
  expect(screen.queryByRole("menuitem", { name: "Delete" })).toBeNull();
  await userEvent.keyboard("{Escape}");
  await userEvent.click(screen.getByRole("button", { name: "More for rack" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  const dialog = await screen.findByRole("dialog", { name: "Delete rack?" });
  expect(dialog.textContent).toContain("its key ending in 7f2c is forgotten");
  await userEvent.click(within(dialog).getByRole("button", { name: "Delete" }));

  expect(await screen.findByText("rack was deleted")).toBeTruthy();
});

it("counts neither models nor time of a connection that does not answer", async () => {
  server.answer({ "POST /api/connections/c1/test": silent });
  renderPage(<ModelsPage />);

  const rack = await screen.findByRole("heading", { name: "rack" });
  const row = within(rack.closest("li") ?? document.body);

  expect(await row.findByText("Not reached")).toBeTruthy();
  expect(row.queryByText("0")).toBeNull();
  expect(row.queryByText(/ms$/)).toBeNull();
});

describe("a download that failed", () => {
  const error = { code: "wrong-hash", message: "wrong", retryable: true };
  const failed = aDownload({ status: "failed", done_bytes: 0, error });

  beforeEach(() => {
    server.answer({
      "GET /api/models/downloads": page([failed]),
    });
  });

  it("shows no way behind it where nothing of it is kept, and says what to do", async () => {
    renderPage(<ModelsPage />);

    expect((await screen.findByRole("alert")).textContent).toBe(
      "What came was not what was promised, and was deleted. Try again.",
    );
    expect(screen.getByText("Failed")).toBeTruthy();
    expect(screen.queryByRole("progressbar")).toBeNull();
    expect(screen.queryByText(/of 640/)).toBeNull();
    expect(screen.getByRole("button", { name: "Try again: Tiny 0.6B" })).toBeTruthy();
  });

  it("says how much of it is kept", async () => {
    const kept = { ...failed, done_bytes: 160_000_000, error: { ...error, code: "disk-full" } };
    server.answer({ "GET /api/models/downloads": page([kept]) });
    renderPage(<ModelsPage />);

    expect(await screen.findByText(/^160 of 640.MB kept$/)).toBeTruthy();
    expect(screen.getByRole("progressbar").ariaValueNow).toBe("25");
  });
});
