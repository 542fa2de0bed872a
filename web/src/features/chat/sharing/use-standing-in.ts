import { useMemo } from "react";
import type { Standing } from "../thread/standing";
import { useConversation } from "../use-conversation";

/** As whom this person reads the conversation; until that is known, as if it were their own. */
export function useStandingIn(conversationId: string | null, personId: string): Standing {
  const { data } = useConversation(conversationId);
  const access = data?.access ?? "owner";
  const ownerName = data?.owner_name ?? null;
  const isShared = data?.is_shared ?? false;
  return useMemo(
    () => ({
      personId,
      ownerName,
      isShared,
      mayWrite: access !== "viewer",
      isOwner: access === "owner",
    }),
    [personId, ownerName, isShared, access],
  );
}
