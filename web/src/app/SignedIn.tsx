import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { openOutbox } from "../features/chat/outbox/open-outbox";
import { OutboxContext } from "../features/chat/outbox/outbox-context";
import type { Me } from "../shared/api/types";
import { claimBrowser } from "./browser-memory";
import { Routes } from "./Routes";
import { useLive } from "./use-live";

/** Everything that belongs to the person who is signed in: the socket, the outbox, the pages. */
export function SignedIn({ me, hasSession }: { me: Me; hasSession: boolean }) {
  const client = useQueryClient();
  const outbox = useMemo(() => {
    claimBrowser(me.id);
    return openOutbox(client, me.id);
  }, [client, me.id]);
  useLive(outbox);

  // What was not sent goes out while it is this person whom the server would take it from: when a session has ended,
  // another tab may begin one for somebody else.
  useEffect(() => (hasSession ? outbox.open() : undefined), [outbox, hasSession]);

  return (
    <OutboxContext value={outbox}>
      <Routes me={me} />
    </OutboxContext>
  );
}
