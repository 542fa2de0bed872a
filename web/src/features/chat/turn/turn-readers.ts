import { live } from "../../../shared/live/live";
import { TurnReader } from "./turn-reader";

const readers = new Map<string, TurnReader>();
const remembered = 20;

/** The reader of a turn; the same one for everybody who asks. */
export function turnReader(turnId: string): TurnReader {
  const known = readers.get(turnId);
  if (known) {
    // Last asked for, last forgotten.
    readers.delete(turnId);
    readers.set(turnId, known);
    return known;
  }
  const reader = new TurnReader(
    turnId,
    (id, after, hear) => live.follow(id, after, hear),
    // A page in the background gets no frames, but its title must still change.
    (tell) => (document.hidden ? setTimeout(tell, 250) : requestAnimationFrame(tell)),
  );
  readers.set(turnId, reader);
  for (const oldest of readers.keys()) {
    if (readers.size <= remembered) break;
    readers.delete(oldest);
  }
  return reader;
}
