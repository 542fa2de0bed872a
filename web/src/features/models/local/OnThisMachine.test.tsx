/** The models of this machine: how full it is, what each model does, and what can be done with it. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { Download } from "../../../shared/api/types";
import { fakeServer, type FakeServer, page, problem } from "../../../shared/testing/fake-server";
import { renderPage } from "../../../shared/testing/render-page";
import { aDownload, aModelFile, aLocalModel, aMachine, anEntry, noMemory } from "../a-model";
import { OnThisMachine } from "./OnThisMachine";

const nothing = { memory: noMemory, engine_problem: null };
let server: FakeServer;

beforeEach(() => {
  server = fakeServer({
    "GET /api/models/downloads": page([]),
    "GET /api/models/files": page([aModelFile()]),
    "GET /api/models/local": page([aLocalModel()], nothing),
    "GET /api/models/local/quantisations": page([]),
    "GET /api/models/catalogue": page([anEntry()], { machine: aMachine, problem: null }),
  });
});

function rowOf(name: RegExp) {
  const heading = screen.getByRole("heading", { name });
  return within(heading.closest("li") ?? document.body);
}

it("says how full memory and disk are, in words and as meters", async () => {
  renderPage(<OnThisMachine />);

  const memory = await screen.findByRole("meter", { name: "Memory" });
  expect(memory.getAttribute("aria-valuetext")).toBe("12 of 32\u00a0GB used");
  expect(memory.getAttribute("aria-valuenow")).toBe("38");
  expect(screen.getByText(/^82 of 200.GB used$/)).toBeTruthy();
});

it("shows graphics memory, and what to do about a device that is not used", async () => {
  const card = {
    name: "Card A",
    total_bytes: 24e9,
    free_bytes: 6.8e9,
    shares_memory: false,
  };
  const unused = "Card B: it needs the CUDA build. Its page, https://engine.example/it, says how.";
  const machine = { ...aMachine, devices: [card], unused };
  server.answer({ "GET /api/models/catalogue": page([], { machine, problem: null }) });
  renderPage(<OnThisMachine />);

  const meter = await screen.findByRole("meter", { name: "Memory of Card A" });
  expect(meter.getAttribute("aria-valuetext")).toBe("17 of 24\u00a0GB used");
  expect(screen.getByText(/it needs the CUDA build/)).toBeTruthy();
  const link = screen.getByRole("link", { name: "https://engine.example/it" });
  expect(link.getAttribute("href")).toBe("https://engine.example/it");
});

it.each([
  [aLocalModel(), "On disk, loads when asked"],
  [aLocalModel({ status: "loading", eta_seconds: 8 }), "Loading, about 8 s"],
  [aLocalModel({ status: "waiting" }), "Waits for memory"],
  [aLocalModel({ status: "loaded" }), "Loaded"],
  [
    aLocalModel({ status: "answering", answering: 2, tokens_per_second: 41.4 }),
    "Answering 2, 41 tokens a second",
  ],
])("says in words what a model does: %#", async (state, said) => {
  server.answer({ "GET /api/models/local": page([state], nothing) });
  renderPage(<OnThisMachine />);

  expect(await screen.findByText(said)).toBeTruthy();
});

it("loads one that lies on the disk, and unloads one that is loaded", async () => {
  server.answer({
    "POST /api/models/local/small/load": { status: 202, body: aLocalModel() },
    "POST /api/models/local/small/unload": { body: aLocalModel() },
  });
  renderPage(<OnThisMachine />);

  const load = await screen.findByRole("button", { name: "Load Small" });
  server.answer({ "GET /api/models/local": page([aLocalModel({ status: "loaded" })], nothing) });
  await userEvent.click(load);
  await userEvent.click(await screen.findByRole("button", { name: "Unload Small" }));

  expect(server.sentTo("POST /api/models/local/small/load")).toHaveLength(1);
  expect(server.sentTo("POST /api/models/local/small/unload")).toHaveLength(1);
});

it("names what is lost before a model is deleted, and unloads it first", async () => {
  server.answer({
    "GET /api/models/local": page([aLocalModel({ status: "loaded" })], nothing),
    "POST /api/models/local/small/unload": { body: aLocalModel() },
    "DELETE /api/models/files/small": { body: { freed_bytes: 1_100_000_000 } },
  });
  renderPage(<OnThisMachine />);

  await screen.findByText("Loaded");
  await userEvent.click(screen.getByRole("button", { name: "More for Small" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  const dialog = await screen.findByRole("dialog", { name: "Delete Small?" });
  expect(dialog.textContent).toContain("It is unloaded first. Its file, 1.1\u00a0GB, is deleted");
  server.answer({
    "GET /api/models/files": page([]),
    "GET /api/models/local": page([], nothing),
  });
  await userEvent.click(within(dialog).getByRole("button", { name: "Delete" }));

  expect(await screen.findByText(/^Small was deleted, 1.1.GB are free again$/)).toBeTruthy();
  expect(await screen.findByText(/No model file here yet/)).toBeTruthy();
  expect(server.sentTo("POST /api/models/local/small/unload")).toHaveLength(1);
});

it("unloads one that answers nobody too before it is deleted: it may be loaded to make vectors", async () => {
  server.answer({
    "GET /api/models/files": page([aModelFile({ name: "Vectors" })]),
    "POST /api/models/local/small/unload": { body: aLocalModel() },
    "DELETE /api/models/files/small": { body: { freed_bytes: 1_100_000_000 } },
  });
  renderPage(<OnThisMachine />);

  await userEvent.click(await screen.findByRole("button", { name: "More for Vectors" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  const dialog = await screen.findByRole("dialog", { name: "Delete Vectors?" });
  await userEvent.click(within(dialog).getByRole("button", { name: "Delete" }));

  expect(await screen.findByText(/^Vectors was deleted/)).toBeTruthy();
  expect(server.sentTo("POST /api/models/local/small/unload")).toHaveLength(1);
});

it("does not offer to delete what lies in a folder that is only read", async () => {
  server.answer({ "GET /api/models/files": page([aModelFile({ deletable: false })]) });
  renderPage(<OnThisMachine />);

  await userEvent.click(await screen.findByRole("button", { name: "More for Small" }));

  expect(await screen.findByText(/folder that is only read/)).toBeTruthy();
  expect(screen.queryByRole("menuitem", { name: "Delete" })).toBeNull();
});

it("shows a file that cannot be used with the reason, last, and without loading it", async () => {
  const trouble = "The engine here does not know this kind of model, llama9.";
  server.answer({
    "GET /api/models/files": page([
      aModelFile({ id: "new", name: "Brand new", problem: trouble }),
      aModelFile(),
    ]),
  });
  renderPage(<OnThisMachine />);

  expect(await screen.findByText(trouble)).toBeTruthy();
  const headings = screen.getAllByRole("heading", { level: 3 }).map((one) => one.textContent);
  expect(headings.map((text) => text?.split(" ")[0])).toEqual(["Small", "Brand"]);
  expect(rowOf(/Brand new/).getByText("Cannot be used")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Load Brand new" })).toBeNull();
});

it("shows what the engine knows and no file stands for", async () => {
  const folder = aLocalModel({ id: "folder", name: "A folder of weights", status: "loaded" });
  server.answer({ "GET /api/models/local": page([aLocalModel(), folder], nothing) });
  renderPage(<OnThisMachine />);

  await screen.findByRole("heading", { name: /A folder of weights/ });
  expect(rowOf(/A folder of weights/).getByText("Loaded")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "More for A folder of weights" }));
  expect(await screen.findByText(/kept as a folder. Delete the folder/)).toBeTruthy();
  expect(screen.queryByRole("menuitem")).toBeNull();
  expect(screen.getAllByRole("heading", { level: 3 })).toHaveLength(2);
});

it("says why the last load failed", async () => {
  server.answer({
    "GET /api/models/local": page([aLocalModel({ problem: "Too little memory." })], nothing),
  });
  renderPage(<OnThisMachine />);

  expect(await screen.findByText("Could not be loaded")).toBeTruthy();
  expect(screen.getByText("Too little memory.")).toBeTruthy();
});

it("shows a download on its way, and how many of its files match", async () => {
  const coming = aDownload({ parts: 3, parts_done: 2, status: "checking", checked_bytes: 320e6 });
  server.answer({ "GET /api/models/downloads": page([{ ...coming, status: "paused" }]) });
  renderPage(<OnThisMachine />);

  const list = within(await screen.findByRole("list", { name: "On their way" }));
  expect(list.getByText(/2 of 3 files match/)).toBeTruthy();
  expect(list.getByText("maker/tiny")).toBeTruthy();
  expect(list.getByRole("progressbar").ariaValueNow).toBe("50");
});

it("keeps no connection open for downloads, of which a browser has six in all", async () => {
  const opened = vi.fn<(address: string) => void>();
  vi.stubGlobal("EventSource", opened);
  const many = ["d1", "d2", "d3", "d4", "d5", "d6", "d7"];
  const coming = (more: Partial<Download>) => page(many.map((id) => aDownload({ id, ...more })));
  server.answer({ "GET /api/models/downloads": coming({}) });
  renderPage(<OnThisMachine />);

  const list = within(await screen.findByRole("list", { name: "On their way" }));
  server.answer({ "GET /api/models/downloads": coming({ done_bytes: 320e6 }) });

  expect(await list.findAllByText(/^320 of 640.MB/)).toHaveLength(many.length);
  expect(opened).not.toHaveBeenCalled();
});

it("looks again at what lies here when a download has ended", async () => {
  server.answer({
    "GET /api/models/files": page([]),
    "GET /api/models/local": page([], nothing),
    "GET /api/models/downloads": page([aDownload()]),
  });
  renderPage(<OnThisMachine />);
  await screen.findByRole("list", { name: "On their way" });

  server.answer({
    "GET /api/models/files": page([aModelFile({ id: "tiny", name: "Tiny" })]),
    "GET /api/models/downloads": page([aDownload({ status: "done", model_id: "tiny" })]),
  });

  const here = within(await screen.findByRole("list", { name: "Models on this machine" }));
  expect(here.getByRole("heading", { name: /^Tiny/ })).toBeTruthy();
  expect(screen.queryByRole("list", { name: "On their way" })).toBeNull();
});

it("says who may load models", async () => {
  server.answer({ "POST /api/models/local/small/load": problem(403, "not-allowed") });
  renderPage(<OnThisMachine />);

  await userEvent.click(await screen.findByRole("button", { name: "Load Small" }));

  expect(await screen.findByText(/does not allow/)).toBeTruthy();
});

it("offers nothing to do to those whose role does not allow it", async () => {
  const half = aDownload({ status: "paused" });
  server.answer({ "GET /api/models/downloads": page([half]) });
  renderPage(<OnThisMachine readOnly />);

  await screen.findByText("On disk, loads when asked");
  await screen.findByRole("list", { name: "On their way" });
  expect(screen.queryByRole("button", { name: /Load|More|Look|Continue|Cancel/ })).toBeNull();
});
