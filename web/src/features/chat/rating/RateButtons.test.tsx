/** Rating an answer: one press keeps it, the same press takes it back, and a reason is nobody's duty. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import type { Message, Rating } from "../../../shared/api/types";
import { eventually } from "../../../shared/testing/eventually";
import { fakeServer } from "../../../shared/testing/fake-server";
import { threadKey } from "../queries";
import { aMessage } from "../testing/a-message";
import { someDeeds } from "../testing/some-deeds";
import type { ThreadData } from "../thread/thread-data";
import { ThreadDeedsContext } from "../thread/thread-deeds";
import { rate } from "./rate";
import { RateButtons } from "./RateButtons";

const answer = aMessage({ role: "assistant" });

function show(rating: Rating | null) {
  const deeds = someDeeds();
  const at = (now: Rating | null) => (
    <ThreadDeedsContext value={deeds}>
      <RateButtons message={{ ...answer, rating: now }} />
    </ThreadDeedsContext>
  );
  const view = render(at(rating));
  return { deeds, becomes: (now: Rating | null) => view.rerender(at(now)) };
}

const button = (name: string) => screen.getByRole("button", { name });

test("a press says what one thinks, and then asks why", async () => {
  const { deeds, becomes } = show(null);

  await userEvent.click(button("Bad answer"));
  expect(deeds.rate.mock.calls[0]?.[1]).toEqual({ verdict: "down", reason: null });
  becomes({ verdict: "down", reason: null });

  await userEvent.type(
    await screen.findByRole("textbox", { name: /^What was wrong with it/ }),
    "Too long{Enter}",
  );
  expect(deeds.rate.mock.calls[1]?.[1]).toEqual({ verdict: "down", reason: "Too long" });
});

test("whoever gives no reason has rated all the same", async () => {
  const { deeds, becomes } = show(null);
  await userEvent.click(button("Good answer"));
  becomes({ verdict: "up", reason: null });
  await screen.findByRole("textbox", { name: /^What was good about it/ });

  await userEvent.keyboard("{Escape}");

  await eventually(() => expect(screen.queryByRole("textbox")).toBeNull());
  expect(deeds.rate).toHaveBeenCalledTimes(1);
  expect(button("Good answer").getAttribute("aria-pressed")).toBe("true");
  expect(button("Bad answer").getAttribute("aria-pressed")).toBe("false");
});

test("the same press again takes it back, and says the reason before", async () => {
  const { deeds } = show({ verdict: "up", reason: "Short" });
  expect(button("Good answer").dataset.tooltip).toBe("Good answer: Short");

  await userEvent.click(button("Good answer"));

  expect(deeds.rate.mock.calls[0]?.[1]).toBeNull();
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("a rating that cannot be kept is shown as it was before", async () => {
  const client = new QueryClient();
  const key = threadKey(answer.conversation_id);
  client.setQueryData<ThreadData>(key, { messages: [answer], nextCursor: null });
  const shown = (): Message["rating"] | undefined =>
    client.getQueryData<ThreadData>(key)?.messages[0]?.rating;
  const server = fakeServer({ [`PUT /api/messages/${answer.id}/rating`]: { status: 500 } });
  render(<QueryClientProvider client={client}>{null}</QueryClientProvider>);

  expect(await rate(client, answer, { verdict: "up", reason: null })).toBe(false);
  expect(shown()).toBeNull();

  server.answer({ [`PUT /api/messages/${answer.id}/rating`]: { body: {} } });
  expect(await rate(client, answer, { verdict: "up", reason: null })).toBe(true);
  expect(shown()).toEqual({ verdict: "up", reason: null });
});
