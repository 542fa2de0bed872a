import { describe, expect, test } from "vitest";
import type { TurnEvent } from "../../shared/api/turn-event";
import { aContext } from "./testing/a-context";
import { aPhase } from "./testing/a-phase";
import { hear, type TurnState, unheardTurn } from "./turn-state";

const started: TurnEvent = { type: "turn-started", model: "small", assistant_message_id: "m1" };

function say(text: string): TurnEvent {
  return { type: "text-delta", text };
}

function hearAll(events: TurnEvent[], state = unheardTurn): TurnState {
  return events.reduce((heard, event, index) => hear(heard, index + 1, event), state);
}

describe("hearing a turn", () => {
  test("the answer is the deltas put together, byte for byte", () => {
    const state = hearAll([started, say("Grü"), say("ezi"), say(" 🌿\n")]);

    expect(state.answer).toBe("Grüezi 🌿\n");
    expect(state.outcome).toEqual({ kind: "running" });
    expect(state.lastSequence).toBe(4);
  });

  test("words are counted across deltas that split them", () => {
    expect(
      hearAll([started, say("one tw"), say("o thr"), say("ee "), say(""), say("four")]).words,
    ).toBe(4);
  });

  test("an event that was heard before changes nothing", () => {
    const state = hearAll([started, say("once")]);

    expect(hear(state, 2, say("once"))).toBe(state);
  });

  test("a log that is sent again from 1 begins again", () => {
    const before = hearAll([started, say("lost "), say("words")]);

    const after = hearAll([started, say("kept words")], before);

    expect(after.answer).toBe("kept words");
    expect(after.lastSequence).toBe(2);
  });

  test("reasoning is kept apart from the answer", () => {
    const state = hearAll([started, { type: "reasoning-delta", text: "hm" }, say("Yes.")]);

    expect(state).toMatchObject({ reasoning: "hm", answer: "Yes." });
  });

  test("a place in the queue is a phase, and the end clears it", () => {
    const waiting = hearAll([started, aPhase("waiting", { position: 3, eta_seconds: 12 })]);
    expect(waiting.phase).toMatchObject({ name: "waiting", position: 3, eta_seconds: 12 });

    expect(hear(waiting, 3, { type: "turn-stopped" })).toMatchObject({
      phase: null,
      outcome: { kind: "stopped" },
    });
  });

  test("what was left out of the context is remembered, and the phase goes on", () => {
    const state = hearAll([
      started,
      aPhase("thinking"),
      aContext({ dropped_messages: 4, summarised_messages: 12, summary_id: "s1" }),
    ]);

    expect(state.phase?.name).toBe("thinking");
    expect(state.context?.total).toBe(1_000);
    expect(state.leftOut).toEqual({
      dropped_messages: 4,
      summarised_messages: 12,
      summary_id: "s1",
      summaryFailed: false,
    });
  });

  test("a context that holds everything is nothing to tell", () => {
    expect(hearAll([started, aContext()]).leftOut).toBeNull();
  });

  test("who takes over is remembered with where: before the first word, or after the last ones", () => {
    const change = { type: "target-switched", reason: "overload" } as const;
    const state = hearAll([
      started,
      { ...change, from_target: "a", to_target: "b", after_first_token: false },
      { type: "answered-by", model: "small", target: "b", variant: null },
      say("A first part of\n\nwhat was said"),
      { ...change, reason: "failure", from_target: "b", to_target: "c", after_first_token: true },
    ]);

    expect(state.switches).toEqual([
      { sequence: 2, from: "a", to: "b", reason: "overload", after: null },
      { sequence: 5, from: "b", to: "c", reason: "failure", after: "of what was said" },
    ]);
    expect(hearAll([started], state).switches).toEqual([]);
  });

  test("an answer that was kept says so from its first word on", () => {
    const label = { at: "2026-11-21T09:00:00Z", kind: "same", saved_tokens: 42 } as const;
    const state = hearAll([started, { type: "answered-from-cache", ...label }, say("Yes.")]);

    expect(state).toMatchObject({ fromCache: label, answer: "Yes." });
    expect(hearAll([started, say("No.")], state).fromCache).toBeNull();
  });

  test("a failure keeps what was written and says whether trying again may help", () => {
    const state = hearAll([
      started,
      say("Half an ans"),
      {
        type: "turn-failed",
        code: "provider-overloaded",
        message: "Busy.",
        retryable: true,
        retry_after: 30,
        provider_request_id: "req_1",
      },
    ]);

    expect(state.answer).toBe("Half an ans");
    expect(state.outcome).toEqual({
      kind: "failed",
      code: "provider-overloaded",
      message: "Busy.",
      retryable: true,
      retryAfter: 30,
      providerRequestId: "req_1",
    });
  });

  test("a hundred thousand deltas are heard in well under a second", () => {
    const begun = performance.now();
    let state = hear(unheardTurn, 1, started);
    for (let sequence = 2; sequence < 100_000; sequence++)
      state = hear(state, sequence, say("word "));

    expect(state.answer).toHaveLength(5 * 99_998);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});
