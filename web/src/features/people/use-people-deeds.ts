import { useQueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../../shared/api/api-problem";
import type { Person, PersonChange } from "../../shared/api/types";
import { showToast } from "../../shared/ui/toast-list";
import { changePerson, lookAgain } from "./queries";
import { failureWords, words } from "./words";

/** What went wrong, in words. */
export function told(error: unknown): string {
  return error instanceof ApiProblem ? failureWords(error.code, error.detail) : words.failed;
}

/** Tries a deed, says what became of it, and looks at everybody again. */
export function usePeopleDeeds() {
  const client = useQueryClient();

  const attempt = async (deed: () => Promise<unknown>, done?: () => void): Promise<boolean> => {
    let isDone = true;
    try {
      await deed();
      done?.();
    } catch (error) {
      isDone = false;
      showToast(told(error));
    }
    await lookAgain(client);
    return isDone;
  };

  /** Changes somebody, with the way back. */
  const change = (person: Person, to: PersonChange, back: PersonChange, said: string) =>
    attempt(
      () => changePerson(person.id, to),
      () =>
        showToast(said, {
          undo: () =>
            void attempt(
              () => changePerson(person.id, back),
              () => showToast(words.undone(person.name)),
            ),
        }),
    );

  return { attempt, change };
}
