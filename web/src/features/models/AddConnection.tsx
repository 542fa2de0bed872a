import { useQueryClient } from "@tanstack/react-query";
import { Dialog } from "../../shared/ui/Dialog";
import { showToast } from "../../shared/ui/toast-list";
import { NewConnection } from "./NewConnection";
import { lookAgain } from "./queries";
import { words } from "./words";

/** Connecting a provider or a server, in a dialog: its kind chosen, added, asked at once, and kept only if one wants to. */
export function AddConnection({
  title,
  open,
  onClose,
}: {
  /** As what was pressed to come here is called. */
  title: string;
  open: boolean;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const done = (name: string, models: number | null) => {
    onClose();
    if (models !== null) showToast(words.kept(name, models));
    void lookAgain(client);
  };
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <NewConnection onDone={done} />
    </Dialog>
  );
}
