import { useEffect, useState } from "react";

const step = "sign-in-step";

/** Whether somebody came back from a sign-in elsewhere and is to show a second factor; and how to give that up. */
export function useHalfWay(): [boolean, () => void] {
  const [isHalfWay, setIsHalfWay] = useState(
    () => new URL(location.href).searchParams.get(step) === "second",
  );

  // The address is outside React; what it says holds for this one way back.
  useEffect(() => {
    const place = new URL(location.href);
    if (!place.searchParams.has(step)) return;
    place.searchParams.delete(step);
    history.replaceState(history.state, "", place);
  }, []);
  return [isHalfWay, () => setIsHalfWay(false)];
}
