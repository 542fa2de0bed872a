/** What those who listen hear of an answer: all of it, and how it ended. */
import { act, render, screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import type { TurnEvent } from "../../../shared/api/turn-event";
import { live } from "../../../shared/live/live";
import { someDeeds } from "../testing/some-deeds";
import { Announcer } from "./Announcer";
import { ThreadDeedsContext } from "./thread-deeds";

let hearers: Map<string, (sequence: number, event: TurnEvent) => void>;
let turns = 0;

beforeEach(() => {
  hearers = new Map();
  vi.spyOn(live, "follow").mockImplementation((turnId, _after, hear) => {
    hearers.set(turnId, hear);
    return () => hearers.delete(turnId);
  });
});

/** Turns are remembered as long as the page is open: each test has its own. */
function aTurn() {
  const id = `turn-${++turns}`;
  let sequence = 0;
  return {
    id,
    say: (text: string) => hearers.get(id)?.(++sequence, { type: "text-delta", text }),
    end: (type: "turn-stopped" | "turn-interrupted") => hearers.get(id)?.(++sequence, { type }),
  };
}

function page(turnId: string | null) {
  return (
    <ThreadDeedsContext value={someDeeds()}>
      <Announcer turnId={turnId} />
    </ThreadDeedsContext>
  );
}

function show(turnId: string) {
  const view = render(page(turnId));
  return {
    /** As the page does it: what has ended is no longer running. */
    become: (id: string | null) => view.rerender(page(id)),
    said: () => view.container.querySelector("[aria-live=polite]")?.textContent,
    status: () => screen.getAllByRole("status")[0]?.textContent,
  };
}

test("a sentence is said when it has ended", async () => {
  const turn = aTurn();
  const { said } = show(turn.id);

  act(() => turn.say("It is cold. And it"));

  await waitFor(() => expect(said()).toBe("It is cold."));
});

test("the last words are said, and how it ended, when nothing runs any longer", async () => {
  const turn = aTurn();
  const { become, said, status } = show(turn.id);
  act(() => turn.say("It is cold. And it snows"));
  await waitFor(() => expect(said()).toBe("It is cold."));

  act(() => turn.end("turn-stopped"));
  become(null);

  await waitFor(() => expect(said()).toBe("And it snows"));
  expect(status()).toBe("The answer was stopped");
});

test("an answer of one sentence is said", async () => {
  const turn = aTurn();
  const { become, said } = show(turn.id);

  act(() => {
    turn.say("Seven.");
    turn.end("turn-interrupted");
  });
  become(null);

  await waitFor(() => expect(said()).toBe("Seven."));
});

test("the next answer begins at its own beginning", async () => {
  const [first, second] = [aTurn(), aTurn()];
  const { become, said } = show(first.id);
  act(() => {
    first.say("A long answer that ends.");
    first.end("turn-stopped");
  });
  become(null);
  await waitFor(() => expect(said()).toBe("A long answer that ends."));

  become(second.id);
  act(() => second.say("Short. "));

  await waitFor(() => expect(said()).toBe("Short."));
});
