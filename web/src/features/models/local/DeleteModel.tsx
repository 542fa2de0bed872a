import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "../../../shared/ui/Button";
import { Dialog } from "../../../shared/ui/Dialog";
import { showToast } from "../../../shared/ui/toast-list";
import dialog from "../DeleteConnection.module.css";
import { lookAgain } from "../queries";
import { sayWhy } from "../use-downloads";
import type { ModelHere } from "./local-models";
import { deleteModelFile, unloadModel } from "./queries";
import { words } from "./words";

/** Asks before a model's files go, and names what is lost: there is no way back but a download. */
export function DeleteModel({ model, onClose }: { model: ModelHere | null; onClose: () => void }) {
  const client = useQueryClient();
  const deletion = useMutation({
    mutationFn: async ({ file, state }: ModelHere) => {
      // Its state speaks of answers alone, and it may be loaded to make vectors.
      if (state) await unloadModel(file.id);
      await deleteModelFile(file.id);
    },
    onSuccess: (_, { file }) => showToast(words.deleted(file.name, file.size_bytes)),
    onError: sayWhy,
    onSettled: () => {
      onClose();
      return lookAgain(client);
    },
  });
  const file = model?.file;
  return (
    <Dialog open={model !== null} onClose={onClose} title={words.deleteTitle(file?.name ?? "")}>
      <div className={dialog.body}>
        {file && <p>{words.deleteLead(file.size_bytes, file.parts, isLoaded(model?.state))}</p>}
        <div className={dialog.deeds}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            className={dialog.delete}
            disabled={deletion.isPending}
            onClick={() => model && deletion.mutate(model)}
          >
            {words.delete}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function isLoaded(state: ModelHere["state"]): boolean {
  return state !== undefined && state.status !== "on-disk";
}
