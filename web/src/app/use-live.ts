import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { hearNotice, lookAtEverythingAgain } from "../features/chat/list/hear-notice";
import { unreadConversations } from "../features/chat/list/unread";
import type { Outbox } from "../features/chat/outbox/outbox";
import { meQuery } from "../features/identity/queries";
import { looksQuery } from "../features/looks/queries";
import type { Notice } from "../shared/api/frame";
import { ownBudgetsQuery } from "../features/usage/budget-queries";
import { live } from "../shared/live/live";
import { modelsQuery } from "../features/models/queries";
import { showToast } from "../shared/ui/toast-list";
import { words } from "./words";

/** Holds the page's socket open while somebody is signed in, and passes on what it says. */
export function useLive(outbox: Outbox): void {
  const client = useQueryClient();

  useEffect(() => {
    const hear = async (notice: Notice) => {
      if (notice.name === "models-changed") {
        await client.invalidateQueries({ queryKey: modelsQuery.queryKey });
        return;
      }
      if (notice.name === "budget-warned") {
        await warnOfBudget(client);
        return;
      }
      if (notice.name === "turn-ended" && !isBeingRead(notice.conversation_id)) {
        unreadConversations.mark(notice.conversation_id);
      }
      await hearNotice(client, notice);
      outbox.flush();
    };
    const reopened = () => {
      void lookAtEverythingAgain(client);
      void client.invalidateQueries({ queryKey: modelsQuery.queryKey });
      // The socket also opens anew when what concerns the person has changed: rights, policies, a look at what is theirs.
      void client.invalidateQueries({ queryKey: meQuery.queryKey, exact: true });
      void client.invalidateQueries({ queryKey: looksQuery.queryKey });
      outbox.retryDelayed();
    };
    const hurry = () => live.hurry();
    const doubt = () => live.doubt();
    const leave = [
      live.onNotice((notice) => void hear(notice)),
      live.onReopen(reopened),
      live.subscribe(() => {
        const status = live.status();
        if (status === "signed-out") void client.invalidateQueries({ queryKey: meQuery.queryKey });
        // An answer that ended before its end could be heard here holds nothing back.
        if (status === "open") outbox.flush();
      }),
    ];
    window.addEventListener("online", hurry);
    window.addEventListener("offline", doubt);
    document.addEventListener("visibilitychange", hurry);
    live.connect();
    return () => {
      window.removeEventListener("online", hurry);
      window.removeEventListener("offline", doubt);
      document.removeEventListener("visibilitychange", hurry);
      for (const unsubscribe of leave) unsubscribe();
      live.close();
    };
  }, [client, outbox]);
}

/** Says how the budget stands that is nearest to its end, and lets every list of budgets look again. */
async function warnOfBudget(client: QueryClient): Promise<void> {
  await client.invalidateQueries({ queryKey: ["budgets"] });
  const { items } = await client.fetchQuery(ownBudgetsQuery);
  const [nearest] = items.toSorted((one, other) => other.percent - one.percent);
  if (nearest) showToast(words.budgetWarned(nearest.name, nearest.percent));
}

function isBeingRead(conversationId: string): boolean {
  return !document.hidden && location.pathname === `/c/${conversationId}`;
}
