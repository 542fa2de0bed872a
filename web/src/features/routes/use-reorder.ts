import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";

export interface Handle {
  onKeyDown: (event: KeyboardEvent) => void;
  onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  onPointerUp: () => void;
  onPointerCancel: () => void;
}

/**
 * Moving the items of a list about by a handle in each: dragged, or with the arrow keys while it has the focus.
 *
 * The list changes while one drags. An item needs a key that goes with it; then the handle keeps its focus, too.
 */
export function useReorder(length: number, onMove: (from: number, to: number) => void) {
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);

  const handleFor = (place: number): Handle => ({
    onKeyDown: (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const to = place + step;
      if (to < 0 || to >= length) return;
      onMove(place, to);
    },
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDragged(place);
    },
    onPointerMove: (event) => {
      if (dragged !== place || !list.current) return;
      const to = placeAt(list.current, event.clientY, place);
      if (to === place) return;
      setDragged(to);
      onMove(place, to);
    },
    onPointerUp: () => setDragged(null),
    onPointerCancel: () => setDragged(null),
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
