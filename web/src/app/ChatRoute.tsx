import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { useLocation, useSearchParams } from "wouter";
import { ChatPage } from "../features/chat/ChatPage";
import { ModelPicker } from "../features/models/ModelPicker";
import { unreadConversations } from "../features/chat/list/unread";
import type { Me } from "../shared/api/types";
import { SidebarButton } from "./SidebarButton";
import { modelsQuery } from "../features/models/queries";
import { usePageSign } from "./use-page-sign";

const retryMs = 5_000;

/** `/c/new` (with `?model=` and `?prompt=`, which prefill and never send) and `/c/{id}`. */
export function ChatRoute({ me, id }: { me: Me; id: string }) {
  const conversationId = id === "new" ? null : id;
  const [, navigate] = useLocation();
  const [search] = useSearchParams();
  const models = useQuery({
    ...modelsQuery,
    refetchInterval: ({ state }) => (state.error ? retryMs : false),
  });
  usePageSign(conversationId);

  // What is being read is not unread, also when one comes back to the tab.
  useEffect(() => {
    if (conversationId === null) return;
    const read = () => {
      if (!document.hidden) unreadConversations.clear(conversationId);
    };
    read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [conversationId]);

  const open = useCallback(
    (opened: string) => navigate(`/c/${opened}`, { replace: location.pathname === "/c/new" }),
    [navigate],
  );
  const manageModels = () => navigate("/models");
  return (
    <ChatPage
      personId={me.id}
      conversationId={conversationId}
      initialText={search.get("prompt")}
      initialModel={search.get("model")}
      lead={<SidebarButton />}
      models={models.data?.items ?? null}
      renderModelPicker={(picker) => <ModelPicker {...picker} onManage={manageModels} />}
      onManageModels={manageModels}
      onOpen={open}
      onNewChat={() => navigate("/c/new")}
    />
  );
}
