import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Batch } from "../../shared/api/types";
import { showToast } from "../../shared/ui/toast-list";
import { Ask } from "./Ask";
import { act, changed } from "./queries";
import { troubleWords, words } from "./words";

export interface CancelBatchProps {
  /** The job in question; null: nobody asks. */
  batch: Batch | null;
  onClose: () => void;
}

export function CancelBatch({ batch, onClose }: CancelBatchProps) {
  const client = useQueryClient();
  const cancellation = useMutation({
    mutationFn: ({ id }: Batch) => act(id, "cancel"),
    onSuccess: (next) => changed(client, next),
    onError: (error) => showToast(troubleWords({ code: "unknown", message: error.message })),
    onSettled: onClose,
  });
  return (
    <Ask
      open={batch !== null}
      title={words.cancelTitle(batch?.name ?? "")}
      stay={words.goOn}
      go={words.cancel}
      isPending={cancellation.isPending}
      onStay={onClose}
      onGo={() => batch && cancellation.mutate(batch)}
    >
      {words.cancelLead}
    </Ask>
  );
}
