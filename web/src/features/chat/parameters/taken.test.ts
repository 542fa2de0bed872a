import { expect, test } from "vitest";
import { leftOutBy, type Takes, takenBy } from "./taken";

const all: Takes = {
  temperature: { least: 0, most: 2 },
  top_p: { least: 0, most: 1 },
  max_tokens: { least: 1, most: null },
  stop: 16,
  seed: true,
  reasoning_efforts: ["none", "low", "medium", "high"],
  json_schema: true,
};
const set = {
  temperature: 1.5,
  top_p: 0.5,
  max_tokens: 5000,
  stop: ["a", "b"],
  seed: 0,
  reasoning_effort: "none",
  json_schema: { type: "object" },
} as const;
const parameters = { ...set, stop: [...set.stop] };

test("a model that takes everything is told everything", () => {
  expect(takenBy(all, parameters)).toEqual(parameters);
  expect(leftOutBy(all, parameters)).toEqual([]);
});

test("a model of which nothing is known is told everything", () => {
  expect(takenBy(undefined, parameters)).toEqual(parameters);
});

test("what a model does not take is not sent to it, and is named", () => {
  const few: Takes = {
    ...all,
    temperature: null,
    top_p: null,
    max_tokens: null,
    stop: 0,
    seed: false,
    reasoning_efforts: ["low", "high"],
    json_schema: false,
  };

  expect(takenBy(few, parameters)).toEqual({});
  expect(leftOutBy(few, parameters)).toEqual(Object.keys(set));
});

test("what is beyond the range of a model is sent as its end", () => {
  const small = {
    ...all,
    temperature: { least: 0, most: 1 },
    max_tokens: { least: 1, most: 4096 },
    stop: 1,
  };

  expect(takenBy(small, parameters)).toEqual({
    ...parameters,
    temperature: 1,
    max_tokens: 4096,
    stop: ["a"],
  });
  expect(leftOutBy(small, parameters)).toEqual([]);
});
