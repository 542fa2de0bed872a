import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../../shared/api/api-problem";
import type { Connection } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { showToast } from "../../shared/ui/toast-list";
import styles from "./DeleteConnection.module.css";
import { deleteConnection, lookAgain } from "./queries";
import { failureWords, words } from "./words";

/** Asks before a connection goes, and names what is lost: a forgotten key cannot be brought back. */
export function DeleteConnection({
  connection,
  onClose,
}: {
  connection: Connection | null;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const deletion = useMutation({
    mutationFn: ({ id }: Connection) => deleteConnection(id),
    onSuccess: (_, { name }) => showToast(words.deleted(name)),
    onError: (error) => {
      const code = error instanceof ApiProblem ? error.code : "unreachable";
      showToast(failureWords({ code, message: error.message }));
    },
    onSettled: () => {
      onClose();
      return lookAgain(client);
    },
  });
  return (
    <Dialog
      open={connection !== null}
      onClose={onClose}
      title={words.deleteTitle(connection?.name ?? "")}
    >
      <div className={styles.body}>
        <p>{words.deleteLead(connection?.key_hint ?? null)}</p>
        <div className={styles.deeds}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            className={styles.delete}
            disabled={deletion.isPending}
            onClick={() => connection && deletion.mutate(connection)}
          >
            {words.delete}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
