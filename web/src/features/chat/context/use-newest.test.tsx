import { renderHook } from "@testing-library/react";
import { expect, test } from "vitest";
import { useNewest } from "./use-newest";

test("an old value does not come back while the next one is on its way", () => {
  const { result, rerender } = renderHook(
    ([value, isNew]: [string, boolean]) => useNewest(value, isNew),
    { initialProps: ["before the question", true] },
  );

  rerender(["while it is answered", true]);
  rerender(["before the question", false]);
  expect(result.current).toBe("while it is answered");

  rerender(["after the answer", true]);
  expect(result.current).toBe("after the answer");
});

test("what is known at first is shown, however old", () => {
  const { result } = renderHook(() => useNewest("old", false));

  expect(result.current).toBe("old");
});
