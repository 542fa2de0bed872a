import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { useLatest } from "../../shared/lib/use-latest";

export interface Handle {
  onKeyDown: (event: KeyboardEvent) => void;
  onPointerDown: (event: PointerEvent) => void;
}

/**
 * Moving the items of a list about by a handle in each: dragged, or with the arrow keys while it has the focus.
 *
 * The list changes while one drags. An item needs a key that goes with it; then the handle keeps its focus, too.
 */
export function useReorder(length: number, onMove: (from: number, to: number) => void) {
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const move = useLatest(onMove);

  // Follows the pointer through the window: what is moved about in the document cannot capture it.
  useEffect(() => {
    if (dragged === null) return;
    const follow = ({ clientY }: MouseEvent) => {
      const to = list.current ? placeAt(list.current, clientY, dragged) : dragged;
      if (to === dragged) return;
      setDragged(to);
      move.current(dragged, to);
    };
    const letGo = () => setDragged(null);
    window.addEventListener("pointermove", follow);
    window.addEventListener("pointerup", letGo);
    window.addEventListener("pointercancel", letGo);
    return () => {
      window.removeEventListener("pointermove", follow);
      window.removeEventListener("pointerup", letGo);
      window.removeEventListener("pointercancel", letGo);
    };
  }, [dragged, move]);

  const handleFor = (place: number): Handle => ({
    onKeyDown: (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const to = place + step;
      if (to >= 0 && to < length) onMove(place, to);
    },
    onPointerDown: ({ button }) => {
      if (button === 0) setDragged(place);
    },
  });
  return { list, dragged, handleFor };
}

/** A neighbour gives way when the pointer has crossed its middle. */
function placeAt(list: HTMLElement, y: number, place: number): number {
  const middle = (at: number) => {
    const box = list.children[at]?.getBoundingClientRect();
    return box ? box.top + box.height / 2 : null;
  };
  const above = middle(place - 1);
  if (above !== null && y < above) return place - 1;
  const below = middle(place + 1);
  if (below !== null && y > below) return place + 1;
  return place;
}
