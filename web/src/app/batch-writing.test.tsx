/** The chat's fields in the form of a batch job: what is set there is what the job is sent. */
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { Writing } from "../features/batches/writing";
import { aModel } from "../features/models/a-model";
import { renderPage } from "../shared/testing/render-page";
import { batchWriting } from "./batch-writing";

it("shows what was chosen, and says what is chosen, the shape apart", async () => {
  const onChange = vi.fn<(writing: Writing) => void>();
  const value: Writing = { parameters: { temperature: 0.4 }, answer_schema: { type: "object" } };
  renderPage(<>{batchWriting("p1", null).render({ model: null, value, onChange })}</>);

  await userEvent.click(screen.getByRole("radio", { name: "Low" }));

  expect(onChange).toHaveBeenCalledWith({
    parameters: { temperature: 0.4, reasoning_effort: "low" },
    answer_schema: { type: "object" },
  });
});

it("leaves out what the chosen model does not take", () => {
  const { takes } = aModel();
  const small = aModel({ id: "small", takes: { ...takes, temperature: null, json_schema: false } });
  const fields = batchWriting("p1", [small]);
  const writing: Writing = {
    parameters: { temperature: 0.4, max_tokens: 20 },
    answer_schema: { type: "object" },
  };

  expect(fields.takenBy("small", writing)).toEqual({
    parameters: { max_tokens: 20 },
    answer_schema: null,
  });
  expect(fields.takenBy("unknown", writing)).toEqual(writing);
});
