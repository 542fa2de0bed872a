import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import type { Message } from "../../../shared/api/types";
import { loadOlder, threadQuery } from "../queries";

const nothing: readonly Message[] = [];

/** The messages of a conversation, newest first, and the way to older ones. Null: a chat that has none yet. */
export function useThread(conversationId: string | null) {
  const client = useQueryClient();
  const query = useQuery({
    ...threadQuery(conversationId ?? ""),
    enabled: conversationId !== null,
  });
  const isLoading = useRef(false);
  const [isLoadingOlder, setIsLoadingOlder] = useState(false);

  const readOlder = useCallback(async () => {
    if (isLoading.current || conversationId === null) return;
    isLoading.current = true;
    setIsLoadingOlder(true);
    try {
      await loadOlder(client, conversationId);
    } catch {
      // Scrolling up again asks again; the socket's status already says that the server is away.
    } finally {
      isLoading.current = false;
      setIsLoadingOlder(false);
    }
  }, [client, conversationId]);

  return {
    messages: query.data?.messages ?? nothing,
    /** This reader looks at a branch of their own choice. */
    isChosenHere: query.data?.through !== undefined,
    isPending: query.isPending && conversationId !== null,
    error: query.data ? null : query.error,
    hasOlder: Boolean(query.data?.nextCursor),
    isLoadingOlder,
    readOlder,
    readAgain: () => void query.refetch(),
  };
}
