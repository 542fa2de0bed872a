import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Batch } from "../../shared/api/types";
import { showToast } from "../../shared/ui/toast-list";
import { Ask } from "./Ask";
import { batchesQuery, batchQuery, deleteBatch } from "./queries";
import { troubleWords, words } from "./words";

export interface DeleteBatchProps {
  /** The job in question; null: nobody asks. */
  batch: Batch | null;
  onClose: () => void;
  onGone: () => void;
}

export function DeleteBatch({ batch, onClose, onGone }: DeleteBatchProps) {
  const client = useQueryClient();
  const deletion = useMutation({
    mutationFn: ({ id }: Batch) => deleteBatch(id),
    onSuccess: async (_, { id, name }) => {
      showToast(words.deleted(name));
      onGone();
      client.removeQueries({ queryKey: batchQuery(id).queryKey });
      await client.invalidateQueries({ queryKey: batchesQuery.queryKey });
    },
    onError: (error) => showToast(troubleWords({ code: "unknown", message: error.message })),
    onSettled: onClose,
  });
  return (
    <Ask
      open={batch !== null}
      title={words.deleteTitle(batch?.name ?? "")}
      stay={words.keep}
      go={words.delete}
      isPending={deletion.isPending}
      onStay={onClose}
      onGo={() => batch && deletion.mutate(batch)}
    >
      {words.deleteLead((batch?.done_count ?? 0) + (batch?.failed_count ?? 0))}
    </Ask>
  );
}
