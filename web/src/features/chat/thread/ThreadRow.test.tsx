/** A row of the transcript: what goes wrong inside one stays inside it. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import type { Message } from "../../../shared/api/types";
import { aMessage } from "../testing/a-message";
import { someDeeds } from "../testing/some-deeds";
import { ThreadDeedsContext } from "./thread-deeds";
import type { ThreadItem } from "./thread-item";
import { ThreadRow } from "./ThreadRow";

const anAnswer = (id: string, model: string) =>
  aMessage({ id, role: "assistant", model, content: [{ type: "text", text: `Said by ${model}` }] });

function row(message: Message) {
  const item: ThreadItem = { kind: "message", key: message.id, message, before: null };
  return <ThreadRow key={message.id} item={item} isLast={false} />;
}

/** One model has a name that cannot be drawn. */
function modelName(id: string | null): string {
  if (id === "broken") throw new Error("A mistake of ours.");
  return id ?? "";
}

function page(...messages: Message[]) {
  return (
    <QueryClientProvider client={new QueryClient()}>
      <ThreadDeedsContext value={{ ...someDeeds(), modelName }}>
        {messages.map(row)}
      </ThreadDeedsContext>
    </QueryClientProvider>
  );
}

beforeEach(() => {
  // React tells of every mistake, also of one that is caught.
  vi.spyOn(console, "error").mockImplementation(() => {});
});

test("a message that cannot be drawn is shown as it was written, and the others stay", () => {
  render(page(anAnswer("m1", "broken"), anAnswer("m2", "whole")));

  expect(
    screen.getByText("This message could not be laid out. It is shown as it was written."),
  ).toBeDefined();
  expect(screen.getByText("Said by broken")).toBeDefined();
  expect(screen.getByRole("article", { name: "Answer by whole" })).toBeDefined();
});

test("a message that cannot be drawn is tried again when it has changed", () => {
  const view = render(page(anAnswer("m1", "broken")));

  view.rerender(page(anAnswer("m1", "whole")));

  expect(screen.getByRole("article", { name: "Answer by whole" })).toBeDefined();
});
