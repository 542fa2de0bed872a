/** Counting down to a moment. */
import { act, renderHook } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { useCountdown } from "./use-countdown";

it("begins with the seconds it was given, however slowly the clock is read", () => {
  let now = 1_000;
  vi.spyOn(Date, "now").mockImplementation(() => now++);
  const { result } = renderHook(() => useCountdown());

  act(() => result.current[1](90));

  expect(result.current[0]).toBe(90);
});
