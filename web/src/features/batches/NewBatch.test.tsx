/** The way to a job: a file, a prompt with places for its columns, a look at what will be asked. */
import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { fakeServer, type FakeServer, page, problem } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { aBatch, aDraft } from "./a-batch";
import { BatchPage } from "./BatchPage";
import { fileType } from "./file-type";
import { insertPlace } from "./insert-place";
import type { ModelSlot } from "./model-slot";
import { NewBatchPage } from "./NewBatchPage";
import type { WritingFields } from "./writing";

const upload = "POST /api/batches?name=reviews";
let server: FakeServer;

beforeEach(() => {
  server = fakeServer({
    "GET /api/batches": page([]),
    "GET /api/batches/b1": { body: aDraft() },
    "GET /api/batches/b1/rows?limit=50": page([]),
  });
});

function aModelFile(name: string, type = "text/csv"): File {
  return new File(["id,review\n1,Warm.\n"], name, { type });
}

async function give(file: File, onReceived = vi.fn<(id: string) => void>()) {
  const { container } = renderPage(<NewBatchPage onReceived={onReceived} />);
  const input = container.querySelector<HTMLInputElement>("input[type=file]");
  if (!input) throw new Error("There is no way to give a file.");
  fireEvent.change(input, { target: { files: [file] } });
  return onReceived;
}

function picker({ value, onChange }: ModelSlot) {
  return (
    <button type="button" onClick={() => onChange("small")}>
      {value ?? "Choose a model"}
    </button>
  );
}

const writing: WritingFields = {
  render: ({ value, onChange }) => (
    <button
      type="button"
      onClick={() => onChange({ parameters: { seed: 7 }, answer_schema: { type: "object" } })}
    >
      {`Set: ${JSON.stringify(value.parameters)}`}
    </button>
  ),
  takenBy: (model, { answer_schema }) => ({
    parameters: { max_tokens: 9, stop: [model] },
    answer_schema,
  }),
};

function openDraft() {
  return renderPage(
    <BatchPage id="b1" renderModelPicker={picker} writing={writing} onGone={() => {}} />,
  );
}

it("sends a file as what its name says it is, and goes on with the job it became", async () => {
  server.answer({ [upload]: { status: 201, body: aDraft() } });

  const onReceived = await give(aModelFile("reviews.csv", "application/vnd.ms-excel"));

  await eventually(() => expect(onReceived).toHaveBeenCalledWith("b1"));
});

it("takes a file that is dropped", async () => {
  server.answer({ [upload]: { status: 201, body: aDraft() } });
  const onReceived = vi.fn<(id: string) => void>();
  renderPage(<NewBatchPage onReceived={onReceived} />);

  fireEvent.drop(screen.getByText("Drop a file here"), {
    dataTransfer: { files: [aModelFile("reviews.jsonl")] },
  });

  await eventually(() => expect(onReceived).toHaveBeenCalledWith("b1"));
});

it("says in the server's words what is wrong with a file, and where", async () => {
  server.answer({ [upload]: problem(422, "bad-batch-file", { detail: "Line 7 is not UTF-8." }) });

  const onReceived = await give(aModelFile("reviews.csv"));

  expect((await screen.findByRole("alert")).textContent).toBe("Line 7 is not UTF-8.");
  expect(onReceived).not.toHaveBeenCalled();
});

it("says of a file that takes longer how far it is, and takes it back", async () => {
  server.answer({ [upload]: { stuckAt: 0.5 } });
  const onReceived = await give(aModelFile("reviews.csv"));
  expect(await screen.findByText("Reading reviews.csv")).toBeTruthy();
  expect(screen.queryByRole("progressbar")).toBeNull();

  const bar = await screen.findByRole("progressbar", { name: "Sending reviews.csv" });
  expect(bar.getAttribute("aria-valuenow")).toBe("50");
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));

  expect(await screen.findByText("Drop a file here")).toBeTruthy();
  expect(screen.queryByRole("alert")).toBeNull();
  expect(onReceived).not.toHaveBeenCalled();
});

it("does not send what is no table", async () => {
  await give(aModelFile("reviews.pdf", "application/pdf"));

  expect((await screen.findByRole("alert")).textContent).toContain("neither CSV nor JSONL");
  expect(server.sentTo(upload)).toEqual([]);
});

it.each([
  ["a.CSV", "", "text/csv"],
  ["a.tsv", "", "text/csv"],
  ["a.ndjson", "", "application/jsonl"],
  ["a", "text/csv", "text/csv"],
  ["a.xlsx", "application/vnd.ms-excel", null],
])("sends %s (%s) as %s", (name, type, sent) => {
  expect(fileType({ name, type })).toBe(sent);
});

it("puts a column where the cursor is, in the place of what is selected", () => {
  expect(insertPlace("Rate this now", "review", { start: 5, end: 9 })).toEqual({
    template: "Rate {{ review }} now",
    cursor: 17,
  });
});

it("writes the prompt with the columns of the file, and asks nothing before it was looked at", async () => {
  server.answer({
    "PATCH /api/batches/b1": { body: { ...aDraft(), instructions: aBatch().instructions } },
    "GET /api/batches/b1/preview": { body: { prompts: [{ number: 1, prompt: "Rate Warm." }] } },
    "POST /api/batches/b1/start": { body: aBatch() },
  });
  openDraft();
  await userEvent.type(await screen.findByLabelText("Prompt for each row"), "Rate ");
  await userEvent.click(screen.getByRole("button", { name: "Insert review" }));
  await userEvent.click(screen.getByRole("button", { name: "Choose a model" }));
  await userEvent.click(screen.getByRole("button", { name: "See what will be asked" }));

  expect(await screen.findByText("Rate Warm.")).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByRole("list", { name: "What will be asked" }));
  expect(server.sentTo("PATCH /api/batches/b1")).toEqual([
    {
      instructions: {
        model: "small",
        template: "Rate {{ review }}",
        system: null,
        parameters: { max_tokens: 9, stop: ["small"] },
        answer_schema: null,
      },
    },
  ]);
  expect(server.sentTo("POST /api/batches/b1/start")).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Start with 3 rows" }));
  await eventually(() => expect(server.sentTo("POST /api/batches/b1/start")).toHaveLength(1));
});

it("sends how answers are written, of it what the chosen model takes", async () => {
  server.answer({ "PATCH /api/batches/b1": problem(422, "bad-template") });
  openDraft();
  fireEvent.change(await screen.findByLabelText("Prompt for each row"), {
    target: { value: "Rate {{ review }}" },
  });
  await userEvent.click(screen.getByRole("button", { name: "Choose a model" }));
  await userEvent.click(screen.getByText("How answers are written"));
  await userEvent.click(screen.getByRole("button", { name: "Set: {}" }));
  expect(screen.getByRole("button", { name: 'Set: {"seed":7}' })).toBeTruthy();

  await userEvent.click(screen.getByRole("button", { name: "See what will be asked" }));

  await screen.findByRole("alert");
  expect(server.sentTo("PATCH /api/batches/b1")).toMatchObject([
    {
      instructions: {
        parameters: { max_tokens: 9, stop: ["small"] },
        answer_schema: { type: "object" },
      },
    },
  ]);
});

it("opens how answers are written where something of it was chosen before", async () => {
  const instructions = { ...aBatch().instructions, parameters: { seed: 3 }, answer_schema: null };
  server.answer({ "GET /api/batches/b1": { body: { ...aDraft(), instructions } } });
  openDraft();

  const fields = await screen.findByRole("button", { name: 'Set: {"seed":3}' });

  expect(fields.closest("details")?.open).toBe(true);
});

it("leads back to the prompt, where the cursor was", async () => {
  server.answer({
    "PATCH /api/batches/b1": { body: { ...aDraft(), instructions: aBatch().instructions } },
    "GET /api/batches/b1/preview": { body: { prompts: [{ number: 1, prompt: "Rate Warm." }] } },
  });
  openDraft();
  fireEvent.change(await screen.findByLabelText("Prompt for each row"), {
    target: { value: "Rate {{ review }}" },
  });
  await userEvent.click(screen.getByRole("button", { name: "Choose a model" }));
  await userEvent.click(screen.getByRole("button", { name: "See what will be asked" }));

  await userEvent.click(await screen.findByRole("button", { name: "Change the prompt" }));

  expect(document.activeElement).toBe(screen.getByLabelText("Prompt for each row"));
  expect(screen.getByDisplayValue("Rate {{ review }}")).toBeTruthy();
});

it("says what is missing before it sends anything", async () => {
  openDraft();

  await userEvent.click(await screen.findByRole("button", { name: "See what will be asked" }));

  expect(screen.getByText("Write a prompt first.")).toBeTruthy();
  expect(screen.getByText("Choose a model first.")).toBeTruthy();
  expect(server.sentTo("PATCH /api/batches/b1")).toEqual([]);
});

it("keeps the prompt when the server refuses it, and says why", async () => {
  server.answer({
    "PATCH /api/batches/b1": problem(422, "bad-template", {
      detail: "The file has no column 'x'.",
    }),
  });
  openDraft();
  const prompt = await screen.findByLabelText("Prompt for each row");
  fireEvent.change(prompt, { target: { value: "{{ x }}" } });
  await userEvent.click(screen.getByRole("button", { name: "Choose a model" }));

  await userEvent.click(screen.getByRole("button", { name: "See what will be asked" }));

  expect((await screen.findByRole("alert")).textContent).toBe("The file has no column 'x'.");
  expect(screen.getByDisplayValue("{{ x }}")).toBeTruthy();
});
