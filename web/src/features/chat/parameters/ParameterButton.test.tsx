import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactElement } from "react";
import { beforeEach, expect, test } from "vitest";
import { fakeServer, type FakeServer } from "../../../shared/testing/fake-server";
import { ParameterButton } from "./ParameterButton";
import { mayBeKept } from "./parameters";
import type { Takes } from "./taken";
import { useParameters } from "./use-parameters";

function Place({ place, other, takes }: { place: string; other: string; takes?: Takes }) {
  const { parameters, change, moveTo } = useParameters(place);
  return (
    <>
      <ParameterButton
        personId="ada"
        parameters={parameters}
        takes={takes}
        modelName="Claude"
        onChange={change}
      />
      <output>{JSON.stringify(parameters)}</output>
      <button type="button" onClick={() => moveTo(other)}>
        Move
      </button>
    </>
  );
}

let places = 0;
let server: FakeServer;

beforeEach(() => {
  server = fakeServer({ "GET /api/cache/rule": { body: { answers: "deterministic" } } });
});

function renderWithServer(page: ReactElement) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(page, {
    wrapper: ({ children }) => (
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    ),
  });
}

function show() {
  const place = `ada ${++places}`;
  const other = `${place} other`;
  const view = renderWithServer(<Place place={place} other={other} />);
  const goTo = (next: string) => view.rerender(<Place place={next} other={other} />);
  return { place, other, goTo };
}

async function open() {
  await userEvent.click(screen.getByRole("button", { name: /^Parameters/ }));
  return within(await screen.findByRole("dialog", { name: "Parameters" }));
}

function set(): unknown {
  return JSON.parse(document.querySelector("output")?.textContent ?? "");
}

test("nothing is said until something is set, and then a sign stands in the composer", async () => {
  show();
  const panel = await open();
  expect(set()).toEqual({});

  fireEvent.change(panel.getByRole("slider", { name: "Temperature" }), {
    target: { value: "0.3" },
  });

  expect(set()).toEqual({ temperature: 0.3 });
  expect(screen.getByRole("button", { name: "Parameters, changed" })).toBeTruthy();
});

test("each thing that is set is sent as the server takes it", async () => {
  show();
  const panel = await open();

  fireEvent.change(panel.getByRole("slider", { name: "Top-p" }), { target: { value: "0.9" } });
  await userEvent.type(panel.getByLabelText("Longest answer, in tokens"), "500");
  await userEvent.type(panel.getByLabelText("Seed"), "0");
  await userEvent.type(panel.getByLabelText("Stop words"), "END{Enter}{Enter}STOP");
  await userEvent.click(panel.getByRole("radio", { name: "High" }));

  expect(set()).toEqual({
    top_p: 0.9,
    max_tokens: 500,
    stop: ["END", "STOP"],
    seed: 0,
    reasoning_effort: "high",
  });
});

test("one thing, or all of it, is given back to the model", async () => {
  show();
  const panel = await open();
  await userEvent.click(panel.getByRole("button", { name: "Creative" }));
  await userEvent.type(panel.getByLabelText("Stop words"), "END");

  await userEvent.click(panel.getByRole("button", { name: "Clear Temperature" }));
  expect(set()).toEqual({ stop: ["END"] });
  await userEvent.click(panel.getByRole("button", { name: "Reset all" }));

  expect(set()).toEqual({});
  expect(panel.getByLabelText<HTMLTextAreaElement>("Stop words").value).toBe("");
});

test("a preset says how daring, and leaves the rest as it is", async () => {
  show();
  const panel = await open();
  await userEvent.type(panel.getByLabelText("Seed"), "7");

  await userEvent.click(panel.getByRole("button", { name: "Precise" }));

  expect(set()).toEqual({ temperature: 0.2, seed: 7 });
  expect(panel.getByRole("button", { name: "Precise" }).ariaPressed).toBe("true");
  expect(panel.getByRole("button", { name: "Creative" }).ariaPressed).toBe("false");
});

test("an own preset is saved, chosen elsewhere, and forgotten", async () => {
  const { goTo } = show();
  const panel = await open();
  await userEvent.type(panel.getByLabelText("Seed"), "7");
  await userEvent.click(panel.getByRole("button", { name: "Save as a preset" }));
  await userEvent.type(panel.getByLabelText("Name of the preset"), "Lucky{Enter}");
  goTo("ada elsewhere");
  expect(set()).toEqual({});

  await userEvent.click(panel.getByRole("button", { name: "Lucky" }));
  expect(set()).toEqual({ seed: 7 });
  await userEvent.click(panel.getByRole("button", { name: "Forget the preset Lucky" }));

  expect(panel.queryByRole("button", { name: "Lucky" })).toBeNull();
});

test("each conversation keeps its own, and a new chat takes its along", async () => {
  const { place, other, goTo } = show();
  const panel = await open();
  await userEvent.click(panel.getByRole("button", { name: "Precise" }));
  await userEvent.keyboard("{Escape}");

  await userEvent.click(screen.getByRole("button", { name: "Move" }));
  goTo(other);
  expect(set()).toEqual({ temperature: 0.2 });
  goTo(place);

  expect(set()).toEqual({});
});

test("what the chosen model does not take is out of reach, and says why", async () => {
  const takes: Takes = {
    temperature: null,
    top_p: { least: 0, most: 1 },
    max_tokens: { least: 1, most: null },
    stop: 0,
    seed: false,
    reasoning_efforts: ["low", "high"],
    json_schema: false,
  };
  const place = `ada ${++places}`;
  localStorage.setItem(`arcano-parameters ${place}`, '{"temperature":0.3,"seed":7}');
  renderWithServer(<Place place={place} other="" takes={takes} />);
  const panel = await open();

  expect(panel.getByRole("slider", { name: "Temperature" })).toHaveProperty("disabled", true);
  expect(panel.getByRole("slider", { name: "Top-p" })).toHaveProperty("disabled", false);
  expect(panel.getByLabelText("Seed")).toHaveProperty("disabled", true);
  expect(panel.getByLabelText("Stop words")).toHaveProperty("disabled", true);
  expect(panel.getByLabelText("Shape of the answer")).toHaveProperty("disabled", true);
  expect(panel.queryByRole("radio", { name: "None" })).toBeNull();
  expect(panel.getAllByText("Claude does not take this.")).toHaveLength(4);
  expect(panel.getByRole("status").textContent).toBe(
    "Not sent to Claude, which does not take it: temperature, seed.",
  );
  // It stays set, for a model that takes it.
  expect(set()).toEqual({ temperature: 0.3, seed: 7 });
});

test("the shape of the answer is sent once it describes an object", async () => {
  show();
  const panel = await open();
  const field = panel.getByLabelText("Shape of the answer");

  fireEvent.change(field, { target: { value: '{"type": "obj' } });
  expect(panel.getByText(/^Not yet the JSON Schema/)).toBeTruthy();
  expect(set()).toEqual({});

  fireEvent.change(field, { target: { value: '{"type": "object"}' } });
  expect(set()).toEqual({ json_schema: { type: "object" } });
});

const before = "The same question may be answered as it was before.";

test.each([
  ["temperature", { temperature: 0 }],
  ["seed", { seed: 7 }],
])("an answer that may be one given before is announced: %s", async (_, parameters) => {
  const place = `ada ${++places}`;
  localStorage.setItem(`arcano-parameters ${place}`, JSON.stringify(parameters));
  renderWithServer(<Place place={place} other="" />);
  const panel = await open();

  expect(await panel.findByText(before)).toBeTruthy();
  await userEvent.click(panel.getByRole("button", { name: "Reset all" }));

  expect(panel.queryByText(before)).toBeNull();
});

test("nothing of it is said where no answer is kept, and always where all are", async () => {
  expect(mayBeKept("off", { temperature: 0, seed: 7 })).toBe(false);
  expect(mayBeKept("deterministic", { temperature: 0.1 })).toBe(false);
  server.answer({ "GET /api/cache/rule": { body: { answers: "all" } } });
  show();
  const panel = await open();

  expect(await panel.findByText(before)).toBeTruthy();
});
