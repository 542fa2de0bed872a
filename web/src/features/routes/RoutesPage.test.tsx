/** The list of routes: what is said of each, what can be done with it, and what is locked. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { fakeServer, type FakeServer, page, problem } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { aRoute, aTarget } from "./a-route";
import { RoutesPage } from "./RoutesPage";

const steady = aRoute({
  id: "steady",
  name: "steady",
  source: "settings",
  version: 0,
  targets: [aTarget({ id: "rack", running: 4, waiting: 20, images: false })],
});
const onMake = vi.fn<() => void>();
const onEdit = vi.fn<(id: string) => void>();
let server: FakeServer;

beforeEach(() => {
  onMake.mockReset();
  onEdit.mockReset();
  server = fakeServer({
    "GET /api/routes": page([steady, aRoute()]),
    "DELETE /api/routes/r1?version=3": { status: 204 },
    "POST /api/routes": { status: 201, body: aRoute({ id: "r2", version: 5 }) },
  });
});

function show({ mayManage = true } = {}) {
  renderPage(
    <RoutesPage
      mayManage={mayManage}
      onMake={onMake}
      onEdit={onEdit}
      nameOf={(model) => (model === "gpt" ? "GPT 5" : model)}
      renderHealth={({ id }) => <span>health of {id}</span>}
    />,
  );
}

function rowOf(name: string) {
  return screen.findByRole("listitem", { name });
}

it("shows the models behind a route in their order, how each is doing, and what leads to the next", async () => {
  show();

  const smart = within(await rowOf("smart"));
  const targets = within(smart.getByRole("list", { name: "Models behind smart" }));
  expect(targets.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([
    "1llamahealth of llama",
    "2GPT 5health of gpt",
  ]);
  expect(
    smart.getByText(
      "Asked in this order. The next goes on if one fails, is full or asks to slow down, or cannot take so much text.",
    ),
  ).toBeTruthy();
});

it("locks a route of arcano.toml and says where it is changed", async () => {
  show();

  const locked = within(await rowOf("steady"));
  expect(locked.getByText("From arcano.toml")).toBeTruthy();
  expect(locked.getByText(/under \[\[inference\.routes\]\]\. Change it there/)).toBeTruthy();
  expect(locked.getByText("4 at once, 20 may wait, no images")).toBeTruthy();
  expect(locked.queryByRole("button")).toBeNull();
});

it("deletes a route as it was read, and brings it back", async () => {
  show();
  await userEvent.click(await screen.findByRole("button", { name: "More for smart" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  await screen.findByText("The route smart was deleted");

  await userEvent.click(screen.getByRole("button", { name: "Undo" }));

  expect(await screen.findByText("The route smart is back")).toBeTruthy();
  expect(server.sentTo("DELETE /api/routes/r1?version=3")).toHaveLength(1);
  expect(server.sentTo("POST /api/routes")).toMatchObject([
    { name: "smart", targets: [{ model: "llama" }, { model: "gpt" }] },
  ]);
});

it("says so when somebody else changed what was to be deleted", async () => {
  server.answer({ "DELETE /api/routes/r1?version=3": problem(409, "route-changed") });
  show();

  await userEvent.click(await screen.findByRole("button", { name: "More for smart" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));

  expect(await screen.findByText(/Somebody else has changed this route/)).toBeTruthy();
});

it("leads to the editor", async () => {
  show();
  await userEvent.click(await screen.findByRole("button", { name: "More for smart" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Edit" }));
  await userEvent.click(screen.getByRole("button", { name: "Make a route" }));

  expect(onEdit).toHaveBeenCalledExactlyOnceWith("r1");
  expect(onMake).toHaveBeenCalledOnce();
});

it("says why a route is not in effect", async () => {
  server.answer({
    "GET /api/routes": page([aRoute({ problem: "Two routes are called 'smart'." })]),
  });
  show();

  const smart = within(await rowOf("smart"));
  expect(smart.getByText("Not in effect")).toBeTruthy();
  expect(smart.getByText("Two routes are called 'smart'.")).toBeTruthy();
});

it("explains what a route is for where there is none, and makes the first with one click", async () => {
  server.answer({ "GET /api/routes": page([]) });
  show();

  await userEvent.click(await screen.findByRole("button", { name: "Make one" }));

  expect(screen.getByText(/a question does not depend on a single model/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Make a route" })).toBeNull();
  expect(onMake).toHaveBeenCalledOnce();
});

it("lets a member read, and change nothing", async () => {
  show({ mayManage: false });

  expect(within(await rowOf("smart")).queryByRole("button")).toBeNull();
  expect(screen.queryByRole("button", { name: "Make a route" })).toBeNull();
});
