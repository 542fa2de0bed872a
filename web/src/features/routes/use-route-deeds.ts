import { useQueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../../shared/api/api-problem";
import type { ModelRoute } from "../../shared/api/types";
import { showToast } from "../../shared/ui/toast-list";
import { addRoute, changeRoute, deleteRoute, draftOf, lookAgain } from "./queries";
import { failureWords, words } from "./words";

/** Deleting a route, and saying that one was changed; both with the way back. */
export function useRouteDeeds() {
  const client = useQueryClient();

  const attempt = async (deed: () => Promise<unknown>, done: () => void) => {
    try {
      await deed();
      done();
    } catch (error) {
      const problem = error instanceof ApiProblem ? error : null;
      showToast(problem ? failureWords(problem.code, problem.detail) : words.failed);
    }
    await lookAgain(client);
  };

  const remove = (route: ModelRoute) =>
    attempt(
      () => deleteRoute(route),
      () =>
        showToast(words.deleted(route.name), {
          undo: () =>
            void attempt(
              () => addRoute(draftOf(route)),
              () => showToast(words.restored(route.name)),
            ),
        }),
    );

  const tellChanged = (before: ModelRoute, after: ModelRoute) =>
    showToast(words.saved(after.name), {
      undo: () =>
        void attempt(
          () => changeRoute(after.id, { ...draftOf(before), version: after.version }),
          () => showToast(words.undone(before.name)),
        ),
    });

  return { remove, tellChanged };
}
