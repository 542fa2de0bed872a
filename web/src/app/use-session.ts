import { type Query, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { meQuery } from "../features/identity/queries";
import type { Me } from "../shared/api/types";
import { live } from "../shared/live/live";
import { claimBrowser, forgetPerson } from "./browser-memory";

function isOfSomebody({ queryKey }: Query): boolean {
  return queryKey[0] !== meQuery.queryKey[0];
}

/** What happens to the page when a session begins or ends. */
export function useSession() {
  const client = useQueryClient();
  return useMemo(
    () => ({
      begin(me: Me): void {
        const before = client.getQueryData(meQuery.queryKey);
        claimBrowser(me.id);
        client.setQueryData(meQuery.queryKey, me);
        // Somebody else is given a page of their own: `useSomebodyElse`.
        if (before && before.id !== me.id) return;
        // The same person goes on where the page was.
        void client.invalidateQueries({ predicate: isOfSomebody });
        live.connect();
      },

      /** The person has signed out: nothing of theirs stays, in memory neither. */
      signOut(): void {
        live.close();
        forgetPerson();
        location.replace("/");
      },

      /** The session is over, and the page goes. What was not sent stays for the same person to come back to. */
      end(): void {
        live.close();
        location.replace("/");
      },
    }),
    [client],
  );
}
