/** What is entered about a route, what is sent of it, and what is said about it. */
import { describe, expect, it, test } from "vitest";
import { aRoute, aTarget } from "./a-route";
import { blank, draftFrom, faultsOf, filledFrom, howOf, moved } from "./filled";
import { factsOfTarget } from "./facts";
import { draftOf } from "./queries";

describe("a route that is opened and sent back", () => {
  test.each([
    ["in turn", aRoute()],
    [
      "with everything said",
      aRoute({
        targets: [
          aTarget({
            id: "rack",
            rank: 0,
            variant: "warm",
            weight: 2.5,
            running: 8,
            waiting: 0,
            max_input_tokens: 9000,
            images: false,
            tools: false,
            completes: true,
            timeouts: { first_token: 1, idle: 2, loading: 3 },
            micro_batch: { batch_size: 2, max_wait: 0.1, batch_characters: 100 },
          }),
          aTarget({ model: "gpt", rank: 0, variant: "cool" }),
        ],
        fallback: { failure: false, overload: true, context_too_long: false, refusal: true },
      }),
    ],
    [
      "shared",
      aRoute({ targets: [aTarget({ rank: 0, weight: 3 }), aTarget({ model: "gpt", rank: 0 })] }),
    ],
    [
      "by rank",
      aRoute({
        targets: [
          aTarget({ rank: 0 }),
          aTarget({ model: "gpt", rank: 1, variant: "a" }),
          aTarget({ model: "mistral", rank: 1, variant: "b" }),
        ],
      }),
    ],
  ])("is the same: %s", (_, route) => {
    const sent = draftFrom(filledFrom(route));

    // What has no name of its own has the model's.
    const targets = sent.targets.map((target) => ({ ...target, id: target.id ?? target.model }));
    expect({ ...sent, targets }).toEqual(draftOf(route));
  });
});

it.each([
  [[{}, {}], "in-turn"],
  [[{ rank: 0 }, { rank: 0 }], "shared"],
  [
    [
      { rank: 2, variant: "a" },
      { rank: 2, variant: "b" },
    ],
    "compared",
  ],
  [[{ rank: 0 }, { rank: 1 }], "custom"],
  [[{ rank: 0, variant: "a" }, { rank: 0 }], "custom"],
] as const)("%j is asked %s", (targets, how) => {
  expect(howOf({ targets: targets.map((target) => aTarget(target)) })).toBe(how);
});

it("names the arms of a comparison after what they are, where nobody named them", () => {
  const route = aRoute({ targets: [aTarget(), aTarget({ model: "gpt", id: "cloud" })] });

  const { targets } = draftFrom({ ...filledFrom(route), how: "compared" });

  expect(targets.map(({ variant, rank }) => [variant, rank])).toEqual([
    ["llama", 0],
    ["cloud", 0],
  ]);
});

it("forgets ranks, variants and weights when they are asked in turn", () => {
  const route = aRoute({ targets: [aTarget({ rank: 0, variant: "a", weight: 4 })] });

  const { targets } = draftFrom({ ...filledFrom(route), how: "in-turn" });

  expect(targets).toMatchObject([{ rank: null, variant: null, weight: 1 }]);
});

it("says which fields cannot be sent", () => {
  const empty = blank();
  const [first, second] = empty.targets;

  expect([...faultsOf(empty)]).toEqual(["name", `${first?.key}:model`, `${second?.key}:model`]);
});

it.each([
  ["running", "0"],
  ["running", "1.5"],
  ["waiting", "-1"],
  ["maxInput", "many"],
] as const)("refuses %s of “%s”", (field, typed) => {
  const filled = filledFrom(aRoute());
  const [first, ...others] = filled.targets;
  if (!first) throw new Error("no target");

  const faults = faultsOf({ ...filled, targets: [{ ...first, [field]: typed }, ...others] });

  expect([...faults]).toEqual([`${first.key}:${field}`]);
});

it.each([
  [{ timeouts: { first_token: "0", idle: "", loading: "" } }, "first_token"],
  [{ timeouts: { first_token: "", idle: "86401", loading: "" } }, "idle"],
  [{ batchSize: "2049", batchWait: "10" }, "batchSize"],
  [{ batchSize: "", batchWait: "10" }, "batchSize"],
  [{ batchSize: "32", batchWait: "" }, "batchWait"],
  [{ batchSize: "32", batchWait: "10001" }, "batchWait"],
])("refuses of a target %j", (said, fault) => {
  const filled = filledFrom(aRoute({ targets: [aTarget()] }));
  const [only] = filled.targets;
  if (!only) throw new Error("no target");

  const faults = faultsOf({ ...filled, targets: [{ ...only, ...said }] });

  expect([...faults]).toEqual([`${only.key}:${fault}`]);
});

it("sends of a target's own patience the whole, with the route's where it said nothing", () => {
  const route = aRoute({
    targets: [aTarget({ timeouts: { first_token: 20, idle: 120, loading: 900 } })],
  });
  const filled = filledFrom(route);

  expect(filled.targets[0]?.timeouts).toEqual({ first_token: "20", idle: "", loading: "" });
  const { targets } = draftFrom({ ...filled, timeouts: { ...filled.timeouts, idle: "60" } });
  expect(targets[0]?.timeouts).toEqual({ first_token: 20, idle: 60, loading: 900 });
});

it("takes a line without room, and no patience below nothing", () => {
  const filled = filledFrom(aRoute({ targets: [aTarget({ waiting: 0 })] }));

  expect([...faultsOf(filled)]).toEqual([]);
  expect([...faultsOf({ ...filled, timeouts: { ...filled.timeouts, idle: "0" } })]).toEqual([
    "idle",
  ]);
});

it.each([
  [0, 2, "bca"],
  [2, 0, "cab"],
  [1, 1, "abc"],
  [0, 3, "abc"],
  [0, -1, "abc"],
])("moves %i to %i: %s", (from, to, result) => {
  expect(moved([..."abc"], from, to).join("")).toBe(result);
});

it("says of a target what it has of its own", () => {
  const target = aTarget({
    running: 8,
    timeouts: { first_token: 20, idle: 120, loading: 900 },
    micro_batch: { batch_size: 64, max_wait: 0.025, batch_characters: 100 },
  });

  expect(factsOfTarget(target)).toBe("8 at once, 20 s to the first word, 64 texts a request");
  expect(factsOfTarget(aTarget())).toBe("");
});
