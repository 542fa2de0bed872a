import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "../../../shared/api/api-problem";
import type { Conversation } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { showToast } from "../../../shared/ui/toast-list";
import { useStanding } from "../thread/standing";
import { leaveShared, sharedQuery } from "./queries";
import { ShareDialog } from "./ShareDialog";
import styles from "./Sharing.module.css";
import { words } from "./words";

/** In the bar of a conversation: to share one's own; of another's, whose it is and the way out. */
export function Sharing({
  conversation,
  onLeft,
}: {
  conversation: Conversation;
  onLeft: () => void;
}) {
  const client = useQueryClient();
  const { personId } = useStanding();
  const [isSharing, setIsSharing] = useState(false);
  if (conversation.access === "owner") {
    return (
      <>
        <Button
          variant="quiet"
          icon="group"
          className={styles.share}
          onClick={() => setIsSharing(true)}
        >
          <span>{conversation.is_shared ? words.shared : words.share}</span>
        </Button>
        {isSharing && (
          <ShareDialog
            conversation={conversation}
            personId={personId}
            onClose={() => setIsSharing(false)}
          />
        )}
      </>
    );
  }
  const leave = async () => {
    try {
      await leaveShared(conversation.id);
      showToast(words.left);
      onLeft();
      await client.invalidateQueries(sharedQuery);
    } catch (error) {
      const isGroups = error instanceof ApiProblem && error.status === 404;
      showToast(isGroups ? words.cannotLeave : words.failed);
    }
  };
  return (
    <>
      {conversation.owner_name && (
        <span className={styles.by}>{words.by(conversation.owner_name)}</span>
      )}
      <Button variant="quiet" onClick={() => void leave()}>
        {words.leave}
      </Button>
    </>
  );
}
