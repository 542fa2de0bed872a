/** The status page: what is said of each target, and the breaker that is closed by hand. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { TargetStatus } from "../../shared/api/types";
import { ago } from "../../shared/lib/ago";
import { fakeServer, type FakeServer } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { absenceOf, healthOf } from "./health";
import { watch } from "./queries";
import { StatusPage } from "./StatusPage";
import { TargetHealth } from "./TargetHealth";
import { firstWord } from "./words";

function aTarget(more: Partial<TargetStatus> = {}): TargetStatus {
  return {
    id: "llama",
    model: "llama",
    routes: [],
    breaker: "closed",
    tried_again_in_seconds: null,
    running: 0,
    waiting: 0,
    tokens_per_second: null,
    first_word_seconds: null,
    answered: 0,
    failed: 0,
    failures: [],
    ...more,
  };
}

function answer(targets: TargetStatus[], queue = { kind: "memory", reachable: true }) {
  return { "GET /api/status": { body: { queue, targets } } };
}

const modelName = (id: string) => (id === "llama" ? "Llama 3" : id);
const onMakeRoute = vi.fn<() => void>();
let server: FakeServer;

beforeEach(() => {
  onMakeRoute.mockReset();
  server = fakeServer(answer([]));
});

async function rows() {
  renderPage(<StatusPage modelName={modelName} onMakeRoute={onMakeRoute} />);
  return within(await screen.findByRole("list", { name: "Targets" })).getAllByRole("listitem");
}

it("says how a target is, who is with it, how fast it writes and what failed last", async () => {
  server.answer(
    answer([
      aTarget({
        id: "rack",
        routes: ["smart", "fast"],
        running: 2,
        waiting: 3,
        tokens_per_second: 41.4,
        first_word_seconds: 0.42,
        answered: 40,
        failed: 2,
        failures: [
          { at: new Date(Date.now() - 180_000).toISOString(), code: "x", detail: "It fell." },
        ],
      }),
    ]),
  );

  const [row] = await rows();

  expect(row?.textContent).toContain("rackLlama 3, in smart, fast");
  expect(row?.textContent).toContain("Answering 2");
  expect(row?.textContent).toContain("2 of 42 failed in the last hour");
  expect(row?.textContent).toContain("3\u00a0min ago: It fell.");
  expect(row?.textContent).toContain("2 running, 3 waiting");
  expect(row?.textContent).toContain("41");
  expect(row?.textContent).toContain("0.4\u00a0s");
});

it("closes a breaker by hand, and looks again", async () => {
  const resting = aTarget({ id: "a/b", breaker: "open", tried_again_in_seconds: 12, failed: 3 });
  server.answer({
    ...answer([resting]),
    "POST /api/status/targets/a/b/reset": { status: 204 },
  });
  const [row] = await rows();
  expect(row?.textContent).toContain("Left alone for 12\u00a0s");
  server.answer(answer([aTarget({ id: "a/b" })]));

  await userEvent.click(screen.getByRole("button", { name: "Ask it again: a/b" }));

  expect(await screen.findByText("Not asked yet")).toBeTruthy();
  expect(screen.getByText("a/b is asked again from now on")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Ask it again/ })).toBeNull();
});

it("says that the line is gone, and what that means", async () => {
  server.answer(
    answer([aTarget({ running: null, waiting: null })], { kind: "redis", reachable: false }),
  );

  const [row] = await rows();

  expect(screen.getByRole("alert").textContent).toContain("new questions are refused");
  expect(row?.textContent).toContain("not known");
});

it("says where a shared line is kept", async () => {
  server.answer(answer([aTarget()], { kind: "redis", reachable: true }));
  await rows();

  expect(screen.getByText(/one line over all servers, kept in Redis/)).toBeTruthy();
});

it("calls a target that has no name of its own as people know its model", async () => {
  server.answer(answer([aTarget()]));

  await rows();

  expect(screen.getByRole("heading", { name: "Llama 3" })).toBeTruthy();
});

it("offers to make a route where nothing has been asked", async () => {
  renderPage(<StatusPage modelName={modelName} onMakeRoute={onMakeRoute} />);

  await userEvent.click(await screen.findByRole("button", { name: "Make a route" }));

  expect(onMakeRoute).toHaveBeenCalledOnce();
});

it.each([
  [{ breaker: "open", tried_again_in_seconds: 0 }, "loss", /tried with the next call/],
  [{ breaker: "half-open", tried_again_in_seconds: 0 }, "off", /Tried with the next call/],
  [{ running: 1 }, "running", /Answering 1/],
  [{ waiting: 1 }, "running", /Calls wait/],
  [{ answered: 1, failed: 9 }, "done", /Answers/],
  [{ failed: 1 }, "loss", /Fails/],
  [{}, "off", /Not asked yet/],
] as const)("%j looks %s", (more, kind, text) => {
  const health = healthOf(aTarget(more));

  expect(health.kind).toBe(kind);
  expect(health.text).toMatch(text);
});

it("says what is wrong with a target before it was asked", async () => {
  const target = { id: "llama", state: "model-unknown" } as const;
  server.answer(answer([aTarget()]));
  renderPage(<TargetHealth target={target} />);

  expect(await screen.findByText("No such model")).toBeTruthy();
  expect(absenceOf("not-answering")?.kind).toBe("loss");
  expect(absenceOf("known")).toBeNull();
});

it("remembers the speeds that were seen, and no more than it draws", () => {
  let seen = watch(undefined, status(aTarget()));
  for (let speed = 1; speed <= 70; speed += 1) {
    seen = watch(seen, status(aTarget({ tokens_per_second: speed })));
  }

  expect(seen.speeds.get("llama")).toHaveLength(60);
  expect(seen.speeds.get("llama")?.at(-1)).toBe(70);
  expect(watch(seen, status()).speeds.size).toBe(0);
});

function status(...targets: TargetStatus[]) {
  return { queue: { kind: "memory", reachable: true } as const, targets };
}

it.each([
  [2, "just now"],
  [40, "40\u00a0s ago"],
  [180, "3\u00a0min ago"],
  [7_200, "2\u00a0h ago"],
  [259_200, "3\u00a0days ago"],
])("%i seconds are “%s”", (seconds, text) => {
  const now = new Date("2026-11-21T12:00:00Z");

  expect(ago(new Date(now.getTime() - seconds * 1000), now)).toBe(text);
});

it.each([
  [0.0004, "1\u00a0ms"],
  [0.018, "18\u00a0ms"],
  [5.23, "5.2\u00a0s"],
])("a first word after %f s is told as “%s”", (seconds, text) => {
  expect(firstWord(seconds)).toBe(text);
});
