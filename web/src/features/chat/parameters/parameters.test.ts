import { expect, test } from "vitest";
import { asOutgoing } from "../outbox/outgoing";
import { areSame, asParameters, only, typedNumber, typedStops } from "./parameters";

test("what a browser remembered is taken as far as the server would take it", () => {
  const kept = {
    temperature: 0.4,
    top_p: 7,
    max_tokens: 1.5,
    seed: "12",
    stop: ["END", "", 3, "END", "x".repeat(300)],
    reasoning_effort: "heroic",
    json_schema: {},
  };

  expect(asParameters(kept)).toEqual({ temperature: 0.4, stop: ["END", "x".repeat(200)] });
});

test.each([null, "text", 3, [], { temperature: Number.NaN }, { stop: [] }, { max_tokens: 0 }])(
  "%j is the model's own choice",
  (kept) => {
    expect(asParameters(kept)).toEqual({});
  },
);

test.each([
  ["max_tokens", "2,000", 2000],
  ["max_tokens", "99999999", 1_000_000],
  ["max_tokens", "0", undefined],
  ["seed", "0", 0],
  ["seed", "99999999999", 4_294_967_295],
  ["seed", "none", undefined],
] as const)("%s typed as %s is %s", (name, text, number) => {
  expect(typedNumber(name, text)).toBe(number);
});

test("stop words are lines, with the spaces that belong to them, and no more than the server takes", () => {
  expect(typedStops("###\n\n User:\n###")).toEqual(["###", " User:"]);
  expect(typedStops("\n")).toBeUndefined();
  expect(typedStops(Array.from({ length: 40 }, (_, line) => `${line}`).join("\n"))).toHaveLength(
    16,
  );
});

test("parameters are the same whatever their order, and undefined is nothing", () => {
  expect(areSame({ top_p: 1, seed: 2 }, { seed: 2, top_p: 1 })).toBe(true);
  expect(only({ seed: undefined, temperature: 0 })).toEqual({ temperature: 0 });
});

test("a message that was written down keeps the parameters it was written with", () => {
  const message = { id: "o1", conversationId: null, text: "Hm?", model: "m", writtenAt: 1 };
  const kept = JSON.stringify({ ...message, parameters: { seed: 7, temperature: 9 } });

  expect(asOutgoing(kept)?.parameters).toEqual({ seed: 7 });
  expect(asOutgoing(JSON.stringify(message))).not.toHaveProperty("parameters");
});
