import { expect, test, vi } from "vitest";
import type { TurnEvent } from "../../../shared/api/turn-event";
import { TurnReader } from "./turn-reader";

function aReader() {
  const frames: (() => void)[] = [];
  const unfollow = vi.fn<() => void>();
  const heard: ((sequence: number, event: TurnEvent) => void)[] = [];
  const asked: number[] = [];
  const reader = new TurnReader(
    "t1",
    (_turnId, after, hear) => {
      asked.push(after);
      heard.push(hear);
      return unfollow;
    },
    (tell) => frames.push(tell),
  );
  const hear = (sequence: number, event: TurnEvent) => heard.at(-1)?.(sequence, event);
  return { reader, frames, unfollow, asked, hear };
}

const started: TurnEvent = { type: "turn-started", model: "small", assistant_message_id: "m1" };

test("the screen is told once a frame, however many words arrived", () => {
  const { reader, frames, hear } = aReader();
  const told = vi.fn<() => void>();
  reader.subscribe(told);

  hear(1, started);
  for (let sequence = 2; sequence < 50; sequence++)
    hear(sequence, { type: "text-delta", text: "a" });
  expect(frames).toHaveLength(1);
  expect(reader.read().answer).toBe("");
  frames[0]?.();

  expect(told).toHaveBeenCalledTimes(1);
  expect(reader.read().answer).toHaveLength(48);
});

test("whoever looks again goes on after the last number heard", () => {
  const { reader, hear, unfollow, asked } = aReader();
  const leave = reader.subscribe(() => {});
  hear(1, started);
  hear(2, { type: "text-delta", text: "a" });

  leave();
  reader.subscribe(() => {});

  expect(unfollow).toHaveBeenCalledTimes(1);
  expect(asked).toEqual([0, 2]);
});

test("a turn that ended is not followed again", () => {
  const { reader, hear, asked } = aReader();
  const leave = reader.subscribe(() => {});
  hear(1, started);
  hear(2, { type: "turn-stopped" });

  leave();
  reader.subscribe(() => {});

  expect(asked).toEqual([0]);
});
