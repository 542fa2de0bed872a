import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { conversationsOf } from "../features/chat/list/list-data";
import { conversationsQuery } from "../features/chat/queries";
import { useConversation } from "../features/chat/use-conversation";

type Sign = "still" | "running" | "done";

const favicons: Record<Sign, string> = {
  still: "/favicon.svg",
  running: "/favicon-running.svg",
  done: "/favicon-done.svg",
};

const titleBegins: Record<Sign, string> = { still: "", running: "Writing · ", done: "Done · " };

/** The tab says what is read, whether something runs, and that it is done, until somebody looks. */
export function usePageSign(conversationId: string | null): void {
  const { data: conversation } = useConversation(conversationId);
  const list = useInfiniteQuery(conversationsQuery);
  const isRunning = conversationsOf(list.data).some(
    ({ running_turn_ids }) => running_turn_ids.length > 0,
  );
  const sign = useSign(isRunning);
  const title = conversation?.title ?? "Arcano";

  // Synchronises the tab, which is outside React.
  useEffect(() => {
    document.title = `${titleBegins[sign]}${title}`;
    document.querySelector("link[rel=icon]")?.setAttribute("href", favicons[sign]);
  }, [sign, title]);
}

function useSign(isRunning: boolean): Sign {
  const [isDone, setIsDone] = useState(false);
  const wasRunning = useRef(false);

  // Done is said only to those who were not looking when it happened, and until they look.
  useEffect(() => {
    if (wasRunning.current && !isRunning && document.hidden) setIsDone(true);
    wasRunning.current = isRunning;
    const look = () => !document.hidden && setIsDone(false);
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [isRunning]);

  if (isRunning) return "running";
  return isDone ? "done" : "still";
}
