import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import type { OutgoingState } from "../outbox/outgoing";
import { someDeeds } from "../testing/some-deeds";
import { OutgoingMessage } from "./OutgoingMessage";
import { ThreadDeedsContext } from "./thread-deeds";

function show(state: OutgoingState) {
  const deeds = someDeeds();
  const outgoing = {
    id: "o1",
    conversationId: "c1",
    text: "Hello",
    model: "m",
    writtenAt: 1,
    state,
  };
  render(
    <ThreadDeedsContext value={deeds}>
      <OutgoingMessage outgoing={outgoing} />
    </ThreadDeedsContext>,
  );
  return deeds;
}

test.each([
  [{ kind: "waiting" }, "Waits for the answer above"],
  [{ kind: "sending" }, "Sending"],
  [{ kind: "delayed" }, "Not sent yet. It goes out when the server can be reached."],
] as const)("a message that is %j says so under its words", (state, words) => {
  show(state);

  expect(screen.getByText("Hello")).toBeDefined();
  expect(screen.getByRole("status").textContent).toContain(words);
});

test("a message can be taken back until it is sent", async () => {
  const deeds = show({ kind: "delayed" });

  await userEvent.click(screen.getByRole("button", { name: "Take back" }));

  expect(deeds.withdraw).toHaveBeenCalledWith("o1");
});

test("a refused message says why and can be sent again", async () => {
  const deeds = show({ kind: "refused", code: "model-not-found", detail: "No such model." });
  expect(screen.getByRole("status").textContent).toContain("The chosen model is no longer there.");

  await userEvent.click(screen.getByRole("button", { name: "Try again" }));

  expect(deeds.sendAgain).toHaveBeenCalledWith("o1");
});
