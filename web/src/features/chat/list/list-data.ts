import type { InfiniteData } from "@tanstack/react-query";
import type { Conversation, Page } from "../../../shared/api/types";

export type ListData = InfiniteData<Page<Conversation>>;

export function conversationsOf(data: ListData | undefined): Conversation[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}

/** The list and what is older than it: where both know a conversation, as the list knows it. */
export function wholeList(
  list: readonly Conversation[],
  every: readonly Conversation[],
): Conversation[] {
  const listed = new Set(list.map(({ id }) => id));
  return [...list, ...every.filter(({ id }) => !listed.has(id))];
}

export function withoutConversation(data: ListData, id: string): ListData {
  return {
    ...data,
    pages: data.pages.map((page) => ({
      ...page,
      items: page.items.filter((item) => item.id !== id),
    })),
  };
}

/** The list with this conversation as it is now, at the place its last change gives it. */
export function withConversation(data: ListData, changed: Conversation): ListData {
  const pages = withoutConversation(data, changed.id).pages;
  const isNewer = (item: Conversation) => item.updated_at <= changed.updated_at;
  const found = pages.findIndex((page) => page.items.some(isNewer));
  const pageIndex = found >= 0 ? found : pages.length - 1;
  // Older than everything loaded: it will come when the list is scrolled that far.
  if (found < 0 && pages.at(-1)?.next_cursor) return { ...data, pages };
  return {
    ...data,
    pages: pages.map((page, index) => {
      if (index !== pageIndex) return page;
      const at = page.items.findIndex(isNewer);
      const items = page.items.toSpliced(at < 0 ? page.items.length : at, 0, changed);
      return { ...page, items };
    }),
  };
}
