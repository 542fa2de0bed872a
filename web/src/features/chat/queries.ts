import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import type { CacheRule, Conversation, Message, Page } from "../../shared/api/types";
import { type ThreadData, withNewest, withOlder } from "./thread/thread-data";

const listWindow = 60;
const mostAtOnce = 200;
const threadWindow = 40;

function firstPage(): string | null {
  return null;
}

export const conversationsQuery = infiniteQueryOptions({
  queryKey: ["conversations"],
  queryFn: ({ pageParam, signal }) =>
    api.get<Page<Conversation>>(
      "/api/conversations",
      { before: pageParam, limit: listWindow },
      signal,
    ),
  initialPageParam: firstPage(),
  getNextPageParam: (page): string | null => page.next_cursor,
});

/**
 * Every conversation, for whoever looks for one by its name: the list holds only what was scrolled to. Kept no longer than
 * somebody looks, because nothing tells it of changes.
 */
export const everyConversationQuery = queryOptions({
  queryKey: ["every-conversation"],
  queryFn: async ({ signal }) => {
    const found: Conversation[] = [];
    for (let before = firstPage(); ;) {
      const page = await api.get<Page<Conversation>>(
        "/api/conversations",
        { before, limit: mostAtOnce },
        signal,
      );
      found.push(...page.items);
      if (page.next_cursor === null) return found;
      before = page.next_cursor;
    }
  },
  gcTime: 0,
});

/** Which answers the server keeps and says again. It changes with the server only. */
export const cacheRuleQuery = queryOptions({
  queryKey: ["cache-rule"],
  queryFn: ({ signal }) => api.get<CacheRule>("/api/cache/rule", {}, signal),
  staleTime: Infinity,
});

export function conversationQuery(id: string) {
  return queryOptions({
    queryKey: ["conversation", id],
    queryFn: ({ signal }) => api.get<Conversation>(`/api/conversations/${id}`, {}, signal),
  });
}

/** One window of a branch: the one shown, the one through a message, or what lies before a message. */
export function fetchWindow(
  id: string,
  { through = "head", before = null }: { through?: string; before?: string | null },
  signal?: AbortSignal,
) {
  return api.get<Page<Message>>(
    `/api/conversations/${id}/messages`,
    { through, before, limit: threadWindow },
    signal,
  );
}

export function threadKey(id: string) {
  return ["thread", id] as const;
}

/**
 * The branch a conversation shows, or that its reader chose, newest first. Looking again reads one window and keeps
 * what was loaded before.
 */
export function threadQuery(id: string) {
  return queryOptions({
    queryKey: threadKey(id),
    queryFn: async ({ signal, client }): Promise<ThreadData> => {
      const through = client.getQueryData<ThreadData>(threadKey(id))?.through;
      const fresh = await fetchWindow(id, { ...(through !== undefined && { through }) }, signal);
      return withNewest(client.getQueryData<ThreadData>(threadKey(id)), fresh);
    },
  });
}

/** Reads one more window at the old end. */
export async function loadOlder(client: QueryClient, id: string): Promise<void> {
  const known = client.getQueryData<ThreadData>(threadKey(id));
  if (!known?.nextCursor) return;
  const older = await fetchWindow(id, { before: known.nextCursor });
  client.setQueryData<ThreadData>(threadKey(id), (now) => now && withOlder(now, older));
}
