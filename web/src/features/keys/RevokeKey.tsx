import type { ProgramKey } from "../../shared/api/types";
import { useNow } from "../../shared/lib/use-now";
import { showToast } from "../../shared/ui/toast-list";
import { FormDialog } from "../../shared/ui/FormDialog";
import { usedInWords } from "./key-facts";
import { revokeKey } from "./queries";
import { useKeyDeed } from "./use-key-deeds";
import { words } from "./words";

/** Asks before a key ends, and says when it was last used: it cannot be brought back. */
export function RevokeKey({ program, onClose }: { program: ProgramKey; onClose: () => void }) {
  const now = useNow(60_000);
  const { attempt, isBusy, failure } = useKeyDeed((deed) => deed());
  const revoke = async () => {
    const isDone = await attempt(async () => {
      await revokeKey(program.id);
      return true;
    });
    if (!isDone) return;
    showToast(words.revoked(program.name));
    onClose();
  };
  return (
    <FormDialog
      title={words.revokeTitle(program.name)}
      lead={words.revokeLead(program.secrets[0]?.shown ?? program.name)}
      submit={words.revoke}
      loss
      isBusy={isBusy}
      failure={failure}
      onSubmit={() => void revoke()}
      onClose={onClose}
    >
      <p>{words.revokeNote(usedInWords(program.last_used_at, now))}</p>
    </FormDialog>
  );
}
