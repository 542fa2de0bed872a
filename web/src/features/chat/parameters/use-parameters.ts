import { useCallback, useState } from "react";
import { localMemory } from "../../../shared/lib/local-memory";
import { asParameters, isOwnChoice, ownChoice, type Parameters } from "./parameters";

function memoryKey(place: string): string {
  return `arcano-parameters ${place}`;
}

function read(place: string): Parameters {
  try {
    return asParameters(JSON.parse(localMemory.read(memoryKey(place)) ?? "null"));
  } catch {
    return ownChoice;
  }
}

function write(place: string, parameters: Parameters): void {
  const text = isOwnChoice(parameters) ? null : JSON.stringify(parameters);
  localMemory.write(memoryKey(place), text);
}

/** How answers are written in one place: a conversation, or the chat that is about to become one. */
export function useParameters(place: string) {
  const [known, setKnown] = useState(() => ({ place, parameters: read(place) }));
  const now = known.place === place ? known : { place, parameters: read(place) };
  if (now !== known) setKnown(now);

  const change = useCallback(
    (parameters: Parameters) => {
      write(place, parameters);
      setKnown({ place, parameters });
    },
    [place],
  );
  /** The new chat became a conversation: it takes its parameters along, and the next one begins without. */
  const moveTo = useCallback(
    (other: string) => {
      write(other, read(place));
      write(place, ownChoice);
    },
    [place],
  );
  return { parameters: now.parameters, change, moveTo };
}
