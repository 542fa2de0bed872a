/** A job that was started: how far it is, what can be done with it, and its rows. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { Batch } from "../../shared/api/types";
import { eventually } from "../../shared/testing/eventually";
import { fakeServer, type FakeServer, page, problem } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { aBatch, aRow, noWriting } from "./a-batch";
import { BatchesPage } from "./BatchesPage";
import { BatchPage } from "./BatchPage";

let server: FakeServer;

beforeEach(() => {
  server = fakeServer({
    "GET /api/batches": page([aBatch()]),
    "GET /api/batches/b1/rows?limit=50": page([
      aRow(),
      aRow({
        number: 2,
        status: "failed",
        answer: null,
        error: { code: "context-too-long", message: "Too long." },
        attempts: 3,
      }),
      aRow({ number: 3, status: "waiting", answer: null, model: null, usage: null, attempts: 0 }),
    ]),
  });
});

function open(change: Partial<Batch> = {}, onGone = () => {}) {
  server.answer({ "GET /api/batches/b1": { body: aBatch(change) } });
  return renderPage(
    <BatchPage id="b1" renderModelPicker={() => null} writing={noWriting} onGone={onGone} />,
  );
}

it("explains itself while there is no job, and offers the first", async () => {
  server.answer({ "GET /api/batches": page([]) });
  const onNew = vi.fn<() => void>();
  renderPage(<BatchesPage onNew={onNew} />);

  await userEvent.click(await screen.findByRole("button", { name: "New batch job" }));

  expect(onNew).toHaveBeenCalled();
  const example = screen.getByRole("link", { name: "Download an example file" });
  expect(example.getAttribute("href")).toBe("/example-reviews.csv");
});

it("lists each job with how far it is and what it used", async () => {
  renderPage(<BatchesPage onNew={() => {}} />);

  const link = await screen.findByRole("link", { name: "Reviews" });
  expect(link.getAttribute("href")).toBe("/batches/b1");
  expect(screen.getByText("304 of 1,200 rows")).toBeTruthy();
  expect(screen.getByText("4 failed")).toBeTruthy();
  expect(screen.getByText("9,000 tokens read, 700 written")).toBeTruthy();
  const bar = screen.getByRole("progressbar", { name: /^Reviews/ });
  expect(bar.getAttribute("aria-valuenow")).toBe("304");
});

it("pauses what runs and resumes what is paused", async () => {
  server.answer({
    "POST /api/batches/b1/pause": { body: aBatch({ state: "paused" }) },
    "POST /api/batches/b1/resume": { body: aBatch() },
  });
  open();
  await userEvent.click(await screen.findByRole("button", { name: "Pause" }));

  server.answer({ "GET /api/batches/b1": { body: aBatch({ state: "paused" }) } });
  await userEvent.click(await screen.findByRole("button", { name: "Resume" }));

  expect(server.sentTo("POST /api/batches/b1/pause")).toHaveLength(1);
  await eventually(() => expect(server.sentTo("POST /api/batches/b1/resume")).toHaveLength(1));
});

it("shows every answer of a job that ends between two looks at its rows", async () => {
  const rows = "GET /api/batches/b1/rows?limit=50";
  server.answer({ [rows]: page([aRow({ status: "waiting", answer: null })]) });
  open();
  expect(await screen.findByText("Nothing yet")).toBeTruthy();

  server.answer({
    "GET /api/batches/b1": { body: aBatch({ state: "finished" }) },
    [rows]: page([aRow({ answer: "The last answer." })]),
  });

  await screen.findAllByText("The last answer.");
  expect(screen.queryByText("Nothing yet")).toBeNull();
});

it("says why it paused by itself, and that nothing is lost", async () => {
  open({ state: "paused", trouble: { code: "provider-refused-key", message: "no" } });

  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("does not accept the key");
  expect(alert.textContent).toContain("Nothing is lost");
});

it("says why it is slow while it is", async () => {
  open({ slowed_by: { code: "provider-overloaded", message: "429" } });

  expect(await screen.findByText(/asked to slow down/)).toBeTruthy();
});

it("cancels only after saying that it cannot go on", async () => {
  server.answer({ "POST /api/batches/b1/cancel": { body: aBatch({ state: "cancelled" }) } });
  open();
  await userEvent.click(await screen.findByRole("button", { name: "More for Reviews" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Cancel job" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Cancel Reviews?" }));
  expect(dialog.getByText(/cannot go on later/)).toBeTruthy();
  expect(server.sentTo("POST /api/batches/b1/cancel")).toEqual([]);

  await userEvent.click(dialog.getByRole("button", { name: "Cancel job" }));

  await eventually(() => expect(server.sentTo("POST /api/batches/b1/cancel")).toHaveLength(1));
});

it("deletes only after naming what is lost", async () => {
  server.answer({ "DELETE /api/batches/b1": { status: 204 } });
  const onGone = vi.fn<() => void>();
  open({ state: "finished" }, onGone);
  await userEvent.click(await screen.findByRole("button", { name: "More for Reviews" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Delete Reviews?" }));
  expect(dialog.getByText(/304 results are removed/)).toBeTruthy();

  await userEvent.click(dialog.getByRole("button", { name: "Delete" }));

  await eventually(() => expect(onGone).toHaveBeenCalled());
});

it("offers results as a file, and failed rows once more", async () => {
  server.answer({ "POST /api/batches/b1/retry-failed": { body: aBatch() } });
  open({ state: "finished" });

  const download = await screen.findByRole("link", { name: "Download CSV" });
  expect(download.getAttribute("href")).toBe("/api/batches/b1/results?format=csv");
  await userEvent.click(screen.getByRole("button", { name: "Ask 4 failed again" }));
  await eventually(() =>
    expect(server.sentTo("POST /api/batches/b1/retry-failed")).toHaveLength(1),
  );
});

it("shows each row with its answer, or why it has none", async () => {
  open();

  expect(await screen.findAllByText("Friendly.")).toHaveLength(2);
  expect(screen.getAllByText("The row is longer than the model can read.")).toBeTruthy();
  expect(screen.getByText("Nothing yet")).toBeTruthy();
  expect(screen.getByText("small · 12 + 3 tokens · asked 3 times")).toBeTruthy();
});

it("says how answers are written, and their shape", async () => {
  const instructions = {
    model: "small",
    template: "Rate {{ review }}",
    system: null,
    parameters: { temperature: 0.2, max_tokens: 1200, stop: ["END", "\n"] },
    answer_schema: { type: "object", title: "Rating" },
  };
  open({ instructions });

  await userEvent.click(await screen.findByText("What is asked"));

  expect(
    screen.getByText('Temperature 0.2 · at most 1,200 tokens · ends at "END", "\\n"'),
  ).toBeTruthy();
  expect(screen.getByText(/"title": "Rating"/)).toBeTruthy();
});

it("shows the rows of one kind", async () => {
  server.answer({
    "GET /api/batches/b1/rows?limit=50&status=failed": page([aRow({ number: 77, answer: "77" })]),
  });
  open();
  const failed = await screen.findByRole("button", { name: "Failed 4" });

  await userEvent.click(failed);

  expect(await screen.findAllByText("77")).not.toHaveLength(0);
  expect(failed.getAttribute("aria-pressed")).toBe("true");
});

it("says that a job is not there", async () => {
  server.answer({ "GET /api/batches/b1": problem(404, "batch-not-found") });
  renderPage(
    <BatchPage id="b1" renderModelPicker={() => null} writing={noWriting} onGone={() => {}} />,
  );

  expect(await screen.findByText(/no such batch job/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "All batch jobs" })).toBeTruthy();
});
