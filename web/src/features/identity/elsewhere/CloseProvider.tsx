import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ApiProblem } from "../../../shared/api/api-problem";
import type { SignInSettings } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { Dialog } from "../../../shared/ui/Dialog";
import { showToast } from "../../../shared/ui/toast-list";
import dialogs from "../Dialogs.module.css";
import { FormFailure } from "../FormFailure";
import styles from "./ProviderSection.module.css";
import type { Proven } from "./proven";
import { deleteProvider, lookAgain, restoreProvider, switchProvider } from "./queries";
import { deedFailure, words } from "./words";

export type Closing = "disable" | "delete";

/** Asks before a provider lets nobody in any more, and says who could then not come in at all. */
export function CloseProvider({
  provider,
  closing,
  proven,
  proof,
  onClose,
}: {
  provider: SignInSettings;
  closing: Closing;
  proven: Proven;
  /** The dialog of a proof that is asked for: inside this one, so that it does not close it. */
  proof: ReactNode;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const { name, label, accounts, only_way_of } = provider;
  const bringBack = async () => {
    try {
      await proven(() => restoreProvider(name));
      showToast(words.restored(label));
    } catch (error) {
      showToast(deedFailure(error instanceof ApiProblem ? error : ApiProblem.unreachable()));
    }
    await lookAgain(client);
  };
  const deed = useMutation({
    mutationFn: () =>
      proven<unknown>(() =>
        closing === "delete" ? deleteProvider(provider) : switchProvider(provider, false),
      ),
    onSuccess: async () => {
      await lookAgain(client);
      if (closing === "delete") showToast(words.deleted(label), { undo: () => void bringBack() });
      else showToast(words.disabled(label));
      onClose();
    },
  });
  const isDelete = closing === "delete";
  return (
    <Dialog
      open
      onClose={onClose}
      title={isDelete ? words.deleteTitle(label) : words.disableTitle(label)}
    >
      <div className={dialogs.body}>
        <p>{accounts > 0 ? words.accountsLoss(accounts) : words.nobodyLoss}</p>
        {only_way_of > 0 && <p className={styles.loss}>{words.onlyWayLoss(only_way_of)}</p>}
        <p>{isDelete ? words.deleteUndo : words.disableUndo}</p>
        {deed.error && (
          <FormFailure>
            {deedFailure(deed.error instanceof ApiProblem ? deed.error : ApiProblem.unreachable())}
          </FormFailure>
        )}
        <div className={dialogs.deeds}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button className={styles.delete} disabled={deed.isPending} onClick={() => deed.mutate()}>
            {isDelete ? words.delete : words.disable}
          </Button>
        </div>
      </div>
      {proof}
    </Dialog>
  );
}
