/** Storing a model of this machine smaller: what is offered, how far it is, how it ends. */
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import type { ModelFile } from "../../../shared/api/types";
import { fakeServer, type FakeServer, page, problem } from "../../../shared/testing/fake-server";
import { renderPage } from "../../../shared/testing/render-page";
import { aModelFile, aLocalModel, aMachine, anEntry, aQuantisation, noMemory } from "../a-model";
import { OnThisMachine } from "./OnThisMachine";
import { smallerTypes } from "./smaller";

const nothing = { memory: noMemory, engine_problem: null };
const large = aModelFile({ quantisation: "F16", size_bytes: 16e9, file: "small-F16.gguf" });
let server: FakeServer;

beforeEach(() => {
  server = fakeServer({
    "GET /api/models/downloads": page([]),
    "GET /api/models/files": page([large]),
    "GET /api/models/local": page([aLocalModel()], nothing),
    "GET /api/models/local/quantisations": page([]),
    "GET /api/models/catalogue": page([anEntry()], { machine: aMachine, problem: null }),
    "POST /api/models/local/small/quantise": { status: 202, body: aQuantisation() },
  });
});

async function openDialog() {
  renderPage(<OnThisMachine />);
  await screen.findByText("On disk, loads when asked");
  await userEvent.click(screen.getByRole("button", { name: "More for Small" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Store smaller…" }));
  return within(await screen.findByRole("dialog", { name: "Store Small smaller" }));
}

it("offers the types with their size and the room on the disk, and begins with the chosen one", async () => {
  const dialog = await openDialog();

  expect(dialog.getAllByRole("radio")).toHaveLength(3);
  expect(dialog.getByText(/^about 8\.5.GB$/)).toBeTruthy();
  expect(dialog.getByText(/^about 4\.5.GB$/)).toBeTruthy();
  expect(dialog.getByText(/^118.GB free on the disk$/)).toBeTruthy();
  await userEvent.click(dialog.getByRole("radio", { name: /^5 bits/ }));
  server.answer({ "GET /api/models/local/quantisations": page([aQuantisation()]) });
  await userEvent.click(dialog.getByRole("button", { name: "Store" }));

  expect(server.sentTo("POST /api/models/local/small/quantise")).toEqual([{ type: "Q5_0" }]);
  const bar = await screen.findByRole("progressbar", { name: "Small as Q8_0" });
  expect(bar.ariaValueNow).toBe("40");
  expect(screen.queryByRole("dialog")).toBeNull();
});

it("does not begin what the disk has no room for", async () => {
  const machine = { ...aMachine, free_disk_bytes: 6e9 };
  server.answer({ "GET /api/models/catalogue": page([], { machine, problem: null }) });
  const dialog = await openDialog();

  expect(dialog.getByRole("radio", { name: /^8 bits/ })).toHaveProperty("disabled", true);
  expect(dialog.getByRole("radio", { name: /^5 bits/ })).toHaveProperty("checked", true);
  expect(dialog.getAllByText("The disk has no room for it")).toHaveLength(1);
});

it("says why the server did not begin, and stays open", async () => {
  server.answer({ "POST /api/models/local/small/quantise": problem(409, "cannot-quantise") });
  const dialog = await openDialog();

  await userEvent.click(dialog.getByRole("button", { name: "Store" }));

  expect(await screen.findByText("The server says cannot-quantise.")).toBeTruthy();
  expect(screen.getByRole("dialog", { name: "Store Small smaller" })).toBeTruthy();
});

it("is stopped where it is shown", async () => {
  server.answer({
    "GET /api/models/local/quantisations": page([aQuantisation()]),
    "DELETE /api/models/local/quantisations/q1": { status: 204 },
  });
  renderPage(<OnThisMachine />);

  const stop = await screen.findByRole("button", { name: "Stop storing Small as Q8_0" });
  server.answer({
    "GET /api/models/local/quantisations": page([aQuantisation({ status: "stopped" })]),
  });
  await userEvent.click(stop);

  await waitFor(() => expect(screen.queryByText("Storing as Q8_0")).toBeNull());
  expect(server.sentTo("DELETE /api/models/local/quantisations/q1")).toHaveLength(1);
});

it("says why it failed until that is put away", async () => {
  const failed = aQuantisation({ status: "failed", problem: "It stopped in the middle." });
  server.answer({
    "GET /api/models/local/quantisations": page([failed]),
    "DELETE /api/models/local/quantisations/q1": { status: 204 },
  });
  renderPage(<OnThisMachine />);

  expect(await screen.findByText("It stopped in the middle.")).toBeTruthy();
  server.answer({ "GET /api/models/local/quantisations": page([]) });
  await userEvent.click(screen.getByRole("button", { name: "Put away: Small as Q8_0" }));

  await waitFor(() => expect(screen.queryByText("It stopped in the middle.")).toBeNull());
});

it("shows the new model once it is there", async () => {
  server.answer({ "GET /api/models/local/quantisations": page([aQuantisation()]) });
  renderPage(<OnThisMachine />);
  await screen.findByText("Storing as Q8_0");

  server.answer({
    "GET /api/models/local/quantisations": page([
      aQuantisation({ status: "finished", result_id: "small-q8-0" }),
    ]),
    "GET /api/models/files": page([
      large,
      aModelFile({ id: "small-q8-0", name: "Small in eight" }),
    ]),
  });

  expect(await screen.findByRole("heading", { name: /Small in eight/ })).toBeTruthy();
});

const offered = (more: Partial<ModelFile>) =>
  smallerTypes(aModelFile(more)).map(({ type }) => type);

describe("the types that are offered", () => {
  it.each([
    ["F32", ["Q8_0", "Q5_0", "Q4_0"]],
    ["BF16", ["Q8_0", "Q5_0", "Q4_0"]],
    ["Q8_0", ["Q5_0", "Q4_0"]],
    ["Q4_K_M", []],
    [null, []],
  ])("for a file in %s", (quantisation, types) => {
    expect(offered({ quantisation })).toEqual(types);
  });

  it("are none for several files, or one that cannot be used", () => {
    expect(offered({ quantisation: "F16", parts: 2 })).toEqual([]);
    expect(offered({ quantisation: "F16", problem: "Cut short." })).toEqual([]);
  });
});
