import { useMutation, useQueryClient } from "@tanstack/react-query";
import { LinkButton } from "../../../shared/ui/LinkButton";
import { modelsQuery, refreshModels } from "../queries";
import { words as allWords } from "../words";
import styles from "./OnThisMachine.module.css";
import { words } from "./words";

/** For files that somebody put there by hand. */
export function LookForFiles() {
  const client = useQueryClient();
  const look = useMutation({
    mutationFn: async () => {
      await refreshModels(client);
      await client.invalidateQueries({ queryKey: modelsQuery.queryKey });
    },
  });
  return (
    <p className={styles.again}>
      <LinkButton disabled={look.isPending} onClick={() => look.mutate()}>
        {look.isPending ? allWords.lookingAgain : words.lookForFiles}
      </LinkButton>
    </p>
  );
}
