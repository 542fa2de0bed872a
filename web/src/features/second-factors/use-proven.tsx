import { type ReactNode, useState } from "react";
import { ApiProblem } from "../../shared/api/api-problem";
import { Proof } from "./Proof";

interface Pending {
  again: () => void;
  giveUp: (reason: unknown) => void;
}

/**
 * Does what is dangerous. Where the server wants a proof first, the person is asked for it, and then it is done.
 *
 * Gives the way to do things, and the dialog that must be drawn.
 */
export function useProven(): [<T>(deed: () => Promise<T>) => Promise<T>, ReactNode] {
  const [pending, setPending] = useState<Pending | null>(null);

  async function proven<T>(deed: () => Promise<T>): Promise<T> {
    try {
      return await deed();
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code !== "proof-needed") throw error;
      await new Promise<void>((again, giveUp) =>
        setPending({ again, giveUp: () => giveUp(error) }),
      );
      return deed();
    }
  }

  const dialog = pending && (
    <Proof
      onDone={() => {
        setPending(null);
        pending.again();
      }}
      onClose={() => {
        setPending(null);
        pending.giveUp(undefined);
      }}
    />
  );
  return [proven, dialog];
}
