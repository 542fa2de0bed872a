/** The first page after set-up: from nothing, or from what was found, to the first answer. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { fakeServer, type FakeServer, page, problem } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { aConnection, aDownload, aMachine, aModel, anEntry } from "./a-model";
import { FirstRunPage } from "./FirstRunPage";

const onStart = vi.fn<(modelId: string) => void>();
const onLater = vi.fn<() => void>();
let server: FakeServer;

beforeEach(() => {
  onStart.mockReset();
  server = fakeServer({
    "GET /api/models": page([], { problems: [] }),
    "GET /api/connections": page([]),
    "GET /api/models/downloads": page([]),
    "GET /api/models/catalogue": page([anEntry()], { machine: aMachine }),
  });
});

function show() {
  renderPage(<FirstRunPage onStart={onStart} onLater={onLater} />);
}

describe("when there is only Starter", () => {
  const starter = aModel({ id: "starter", name: "Starter", starter: true });

  it("says what Starter is, starts with it in one click, and shows the ways to a real model", async () => {
    server.answer({ "GET /api/models": page([starter], { problems: [] }) });
    show();

    await screen.findByRole("heading", { name: "Starter is ready to answer" });
    screen.getByRole("radio", {
      name: /Starter/,
      description: /Knows Arcano, little else; pick a real model when you can/,
    });
    await screen.findByRole("button", { name: /Download/ });
    screen.getByText("Add a provider or an address");
    await userEvent.click(screen.getByRole("button", { name: "Start with Starter" }));
    expect(onStart).toHaveBeenCalledWith("starter");
  });

  it("does not start with Starter where a provider answers, too", async () => {
    const away = aModel({ id: "gpt", name: "GPT", kind: "openai-compatible", connection_id: "c1" });
    server.answer({
      "GET /api/connections": page([aConnection({ id: "c1", name: "rack" })]),
      "GET /api/models": page([away, starter], { problems: [] }),
      "POST /api/connections/c1/test": {
        body: { ok: true, model_count: 1, latency_ms: 400, problem: null },
      },
    });
    show();

    await screen.findByRole("button", { name: "Start with GPT" });
    expect(screen.queryByRole("button", { name: "Start with Starter" })).toBeNull();
    screen.getByRole("heading", { name: "One model is ready to answer" });
  });
});

describe("when something was found", () => {
  beforeEach(() => {
    const rack = aConnection({ id: "c1", name: "rack" });
    const away = aConnection({ id: "c2", name: "Provider", key_hint: "7f2c" });
    server.answer({
      "GET /api/connections": page([rack, away]),
      "GET /api/models": page(
        [
          aModel({ id: "local/small", name: "Small" }),
          aModel({ id: "rack/a", name: "Rack A", kind: "openai-compatible", connection_id: "c1" }),
          aModel({ id: "rack/b", name: "Rack B", kind: "openai-compatible", connection_id: "c1" }),
        ],
        {
          problems: [
            {
              connection_id: "c2",
              connection_name: "Provider",
              code: "provider-refused-key",
              message: "refused",
              retryable: false,
            },
          ],
        },
      ),
      "POST /api/connections/c1/test": {
        body: { ok: true, model_count: 2, latency_ms: 400, problem: null },
      },
      "POST /api/connections/c2/test": {
        body: {
          ok: false,
          model_count: 0,
          latency_ms: 5,
          problem: {
            connection_id: "c2",
            connection_name: "Provider",
            code: "provider-refused-key",
            message: "refused",
            retryable: false,
          },
        },
      },
    });
  });

  it("says how much, tries it live, and starts in one click", async () => {
    show();

    expect(
      await screen.findByRole("heading", { name: "Three models are ready to answer" }),
    ).toBeTruthy();
    expect(await screen.findByText(/Answered in 0.4.s/)).toBeTruthy();
    expect(await screen.findByText("Key refused")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Start with Rack A" }));

    expect(onStart).toHaveBeenCalledWith("rack/a");
  });

  it("starts with another model of the same place, or with another place", async () => {
    show();

    const which = await screen.findByRole("combobox", { name: "Model of rack" });
    await userEvent.selectOptions(which, "Rack B");
    expect(screen.getByRole("button", { name: "Start with Rack B" })).toBeTruthy();
    await userEvent.click(screen.getByRole("radio", { name: /Small/ }));
    await userEvent.click(screen.getByRole("button", { name: "Start with Small" }));

    expect(onStart).toHaveBeenCalledWith("local/small");
  });

  it("shows what does not answer and what to do, but does not offer it", async () => {
    show();

    const silent = await screen.findByRole<HTMLInputElement>("radio", { name: /Provider/ });
    expect(silent.disabled).toBe(true);
    expect(screen.getByText(/Give it a key that is valid/)).toBeTruthy();
  });
});

describe("when nothing was found", () => {
  it("leads on: a download to begin with, an address to add, or looking around", async () => {
    show();

    expect(
      await screen.findByRole("heading", { name: "Choose where answers come from" }),
    ).toBeTruthy();
    expect(await screen.findByText(/Needs 900.MB of memory/)).toBeTruthy();
    expect(screen.getByText("Licence Apache-2.0")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Add a provider or an address" })).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Look around first" }));

    expect(onLater).toHaveBeenCalledOnce();
  });

  it("says so when downloads would not run here", async () => {
    server.answer({
      "GET /api/models/catalogue": page([anEntry()], {
        machine: { ...aMachine, local_engine: false },
      }),
    });
    show();

    expect(await screen.findByText(/without the engine for local models/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: /Download/ })).toBeNull();
  });

  it("follows a download to the first answer", async () => {
    server.answer({ "POST /api/models/downloads": { status: 202, body: aDownload() } });
    show();
    const start = await screen.findByRole("button", { name: "Download Tiny 0.6B" });

    server.answer({ "GET /api/models/downloads": page([aDownload({ done_bytes: 0 })]) });
    await userEvent.click(start);
    expect(await screen.findByRole("progressbar", { name: "Tiny 0.6B" })).toBeTruthy();
    server.answer({ "GET /api/models/downloads": page([aDownload()]) });
    expect(await screen.findByText(/160 of 640.MB · 8.MB\/s · about 60.s/)).toBeTruthy();

    server.answer({
      "GET /api/models": page([aModel({ id: "local/tiny", name: "Tiny" })], { problems: [] }),
      "GET /api/models/downloads": page([aDownload({ status: "done" })]),
    });

    expect(await screen.findByRole("button", { name: "Start with Tiny" })).toBeTruthy();
    expect(server.sentTo("POST /api/models/downloads")).toEqual([{ catalogue_id: "tiny" }]);
  });

  it("pauses, goes on, and gives up", async () => {
    server.answer({
      "GET /api/models/downloads": page([aDownload()]),
      "POST /api/models/downloads/d1/pause": { body: aDownload({ status: "paused" }) },
      "POST /api/models/downloads/d1/resume": { status: 202, body: aDownload() },
      "DELETE /api/models/downloads/d1?discard=true": { status: 204 },
    });
    show();
    const pause = await screen.findByRole("button", { name: "Pause the download of Tiny 0.6B" });

    server.answer({ "GET /api/models/downloads": page([aDownload({ status: "paused" })]) });
    await userEvent.click(pause);
    expect(await screen.findByText("Paused")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Continue: Tiny 0.6B" }));
    expect(server.sentTo("POST /api/models/downloads/d1/resume")).toHaveLength(1);
    await userEvent.click(screen.getByRole("button", { name: /delete what came/ }));

    expect(server.sentTo("DELETE /api/models/downloads/d1?discard=true")).toHaveLength(1);
  });

  it("says why a download stopped and what is kept", async () => {
    const error = {
      code: "disk-full",
      message: "Tiny needs 5.00 GB more; what came is kept.",
      retryable: false,
    };
    server.answer({
      "GET /api/models/downloads": page([aDownload({ status: "paused", error })]),
    });
    show();

    expect((await screen.findByRole("alert")).textContent).toContain("what came is kept");
    expect(screen.getByRole("button", { name: "Continue: Tiny 0.6B" })).toBeTruthy();
  });

  it("says why a file that lies here cannot be used", async () => {
    const problem = {
      connection_id: null,
      connection_name: "half.gguf",
      code: "model-file-unusable",
      message: "The file ends too early.",
      retryable: false,
    };
    server.answer({ "GET /api/models": page([], { problems: [problem] }) });
    show();

    expect(await screen.findByText(/ends too early. Put a whole copy in its place/)).toBeTruthy();
  });

  it("says why a download did not begin", async () => {
    server.answer({ "POST /api/models/downloads": problem(507, "disk-full") });
    show();

    await userEvent.click(await screen.findByRole("button", { name: "Download Tiny 0.6B" }));

    const said = await screen.findByText("The server says disk-full.");
    expect(within(said).queryByRole("button")).toBeNull();
  });
});
