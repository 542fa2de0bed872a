/** Making and changing a route: models are chosen and ordered, and nobody is overwritten. */
import { fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { fakeServer, type FakeServer, page, problem } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { aRoute, aTarget, someModels } from "./a-route";
import { RouteEditor } from "./RouteEditor";

const onDone = vi.fn<() => void>();
let server: FakeServer;

beforeEach(() => {
  onDone.mockReset();
  server = fakeServer({
    "GET /api/routes": page([aRoute()]),
    "POST /api/routes": { status: 201, body: aRoute({ id: "r9", name: "new" }) },
    "PUT /api/routes/r1": { body: aRoute({ version: 4 }) },
  });
});

function show(id: string, { mayManage = true } = {}) {
  renderPage(<RouteEditor id={id} mayManage={mayManage} models={someModels()} onDone={onDone} />);
}

function handles() {
  return screen.getAllByRole("button", { name: /^Move/ });
}

function fieldOf(group: HTMLElement | undefined, label: string) {
  return within(group ?? document.body).getByLabelText(label);
}

function chosen() {
  return screen.getAllByRole<HTMLSelectElement>("combobox").map(({ value }) => value);
}

it("makes a route of models that are chosen from the list", async () => {
  show("new");
  await userEvent.type(await screen.findByLabelText("Name"), "new");
  await userEvent.selectOptions(screen.getByLabelText("Model 1"), "llama");
  await userEvent.selectOptions(screen.getByLabelText("Model 2"), "gpt");
  await userEvent.click(screen.getByRole("checkbox", { name: "refuses to answer" }));

  await userEvent.click(screen.getByRole("button", { name: "Make the route" }));

  expect(await screen.findByText("new can be chosen now")).toBeTruthy();
  expect(onDone).toHaveBeenCalledOnce();
  expect(server.sentTo("POST /api/routes")).toMatchObject([
    {
      name: "new",
      targets: [
        { model: "llama", rank: null },
        { model: "gpt", rank: null },
      ],
      fallback: { failure: true, refusal: true },
    },
  ]);
});

it("sends nothing before what is missing is filled in", async () => {
  show("new");

  await userEvent.click(await screen.findByRole("button", { name: "Make the route" }));

  expect(screen.getByText("A route needs a name.")).toBeTruthy();
  expect(screen.getAllByText("Choose the model.")).toHaveLength(2);
  expect(screen.getByRole("alert").textContent).toContain("Some fields");
  expect(server.sentTo("POST /api/routes")).toEqual([]);
});

it("is ordered with the arrow keys, says so, and keeps the focus on what was moved", async () => {
  show("r1");
  await screen.findByRole("button", { name: /^Move llama, 1 of 2/ });

  handles()[0]?.focus();
  await userEvent.keyboard("{ArrowDown}");

  expect(chosen()).toEqual(["gpt", "llama"]);
  expect(screen.getByText("llama is now 2 of 2").getAttribute("role")).toBe("status");
  expect(document.activeElement).toBe(handles()[1]);
  await userEvent.keyboard("{ArrowDown}{ArrowUp}");
  expect(chosen()).toEqual(["llama", "gpt"]);
});

it("is ordered by dragging", async () => {
  show("r1");
  await screen.findByRole("button", { name: /^Move llama/ });
  const list = screen.getByRole("list", { name: "Models behind it" });
  for (const row of list.children) {
    const top = () => 100 * [...list.children].indexOf(row);
    row.getBoundingClientRect = () => new DOMRect(0, top(), 300, 100);
  }
  const [handle] = handles();
  if (!handle) throw new Error("no handle");

  // The document of the tests knows mice, and no pointers.
  const point = (type: string, clientY: number) =>
    fireEvent(handle, new MouseEvent(type, { bubbles: true, button: 0, clientY }));

  point("pointerdown", 50);
  point("pointermove", 140);
  expect(chosen()).toEqual(["llama", "gpt"]);
  point("pointermove", 160);
  expect(chosen()).toEqual(["gpt", "llama"]);
  point("pointermove", 60);
  expect(chosen()).toEqual(["gpt", "llama"]);
  point("pointermove", 40);
  expect(chosen()).toEqual(["llama", "gpt"]);
  point("pointerup", 40);
  point("pointermove", 160);

  expect(chosen()).toEqual(["llama", "gpt"]);
});

it("changes the version that was read, and undoes that with the one after it", async () => {
  show("r1");
  await userEvent.click(await screen.findByRole("radio", { name: "Share the calls" }));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText("The route smart was changed");

  await userEvent.click(screen.getByRole("button", { name: "Undo" }));

  expect(await screen.findByText("The route smart is as it was")).toBeTruthy();
  expect(server.sentTo("PUT /api/routes/r1")).toMatchObject([
    { version: 3, targets: [{ rank: 0 }, { rank: 0 }] },
    { version: 4, targets: [{ rank: null }, { rank: null }] },
  ]);
});

it("says that somebody else was faster, and reads theirs", async () => {
  server.answer({ "PUT /api/routes/r1": problem(409, "route-changed") });
  show("r1");
  await userEvent.type(await screen.findByLabelText("Name"), "er");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect((await screen.findByRole("alert")).textContent).toContain("Somebody else has changed");
  server.answer({ "GET /api/routes": page([aRoute({ name: "theirs", version: 7 })]) });

  await userEvent.click(screen.getByRole("button", { name: "Read it again" }));

  expect(await screen.findByDisplayValue("theirs")).toBeTruthy();
  expect(onDone).not.toHaveBeenCalled();
});

it("says what the server says where it does not fit beside other routes", async () => {
  const clash = problem(409, "route-clashes", { detail: "Two routes are called 'smart'." });
  server.answer({ "POST /api/routes": clash });
  show("new");
  await userEvent.type(await screen.findByLabelText("Name"), "smart");
  await userEvent.selectOptions(screen.getByLabelText("Model 1"), "llama");
  await userEvent.click(screen.getAllByRole("button", { name: /^Remove/ })[1] ?? document.body);

  await userEvent.click(screen.getByRole("button", { name: "Make the route" }));

  expect((await screen.findByRole("alert")).textContent).toContain(
    "Two routes are called 'smart'.",
  );
});

it("keeps a model that is not known now, and says that it is not", async () => {
  server.answer({ "GET /api/routes": page([aRoute({ targets: [aTarget({ model: "gone" })] })]) });
  show("r1");

  expect(await screen.findByText("gone (not known now)")).toBeTruthy();
  expect(chosen()).toEqual(["gone"]);
});

it("opens the limits of a model that has some", async () => {
  server.answer({
    "GET /api/routes": page([aRoute({ targets: [aTarget({ running: 8 }), aTarget({ id: "b" })] })]),
  });
  show("r1");

  const [first] = await screen.findAllByLabelText<HTMLInputElement>("Calls at once");
  expect(first?.value).toBe("8");
  expect(first?.closest("details")?.open).toBe(true);
});

it("sends what one model is given of its own: patience, and how texts are gathered for it", async () => {
  server.answer({ "POST /api/routes": { status: 201, body: aRoute({ name: "vectors" }) } });
  show("new");
  await userEvent.type(await screen.findByLabelText("Name"), "vectors");
  await userEvent.selectOptions(screen.getByLabelText("Model 1"), "llama");
  await userEvent.selectOptions(screen.getByLabelText("Model 2"), "gpt");
  const [summary] = await screen.findAllByText("Limits and conditions");
  await userEvent.click(summary ?? document.body);
  const [patience] = screen.getAllByRole("group", { name: "How long this one may be silent" });
  const [gathered] = screen.getAllByRole("group", { name: "Texts in one request" });
  await userEvent.type(fieldOf(patience, "Before the first word"), "20");
  await userEvent.type(fieldOf(gathered, "Texts, at most"), "64");
  await userEvent.type(fieldOf(gathered, "Wait, in milliseconds"), "25");

  await userEvent.click(screen.getByRole("button", { name: "Make the route" }));

  await screen.findByText("vectors can be chosen now");
  expect(server.sentTo("POST /api/routes")).toMatchObject([
    {
      targets: [
        {
          timeouts: { first_token: 20, idle: 120, loading: 900 },
          micro_batch: { batch_size: 64, max_wait: 0.025 },
        },
        { timeouts: null, micro_batch: null },
      ],
    },
  ]);
});

it.each([
  ["one of arcano.toml", aRoute({ source: "settings" }), true, /arcano\.toml/],
  ["one that is gone", aRoute({ id: "other" }), true, /no such route any more/],
  ["one that only the owner may change", aRoute(), false, /owner of the workspace/],
])("does not offer to change %s", async (_, route, mayManage, told) => {
  server.answer({ "GET /api/routes": page([route]) });
  show("r1", { mayManage });

  expect(await screen.findByText(told)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "All routes" }));
  expect(onDone).toHaveBeenCalledOnce();
});
