import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../../shared/api/api-problem";
import type { Batch } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { IconButton } from "../../shared/ui/IconButton";
import { Menu, MenuItem, MenuLine } from "../../shared/ui/Menu";
import { showToast } from "../../shared/ui/toast-list";
import styles from "./BatchDeeds.module.css";
import { act, changed, type Deed, resultsAddress } from "./queries";
import { troubleWords, words } from "./words";

export interface BatchDeedsProps {
  batch: Batch;
  onCancel: () => void;
  onDelete: () => void;
}

/** What can be done with a job in its state; what loses something is behind a menu and asks first. */
export function BatchDeeds({ batch, onCancel, onDelete }: BatchDeedsProps) {
  const client = useQueryClient();
  const deed = useMutation({
    mutationFn: (what: Deed) => act(batch.id, what),
    onSuccess: (next) => changed(client, next),
    onError: (error) => {
      const code = error instanceof ApiProblem ? error.code : "unknown";
      showToast(troubleWords({ code, message: error.message }));
    },
  });
  const { state, failed_count: failed, done_count: done } = batch;
  const isOver = state === "finished" || state === "cancelled";
  const doIt = (what: Deed) => () => deed.mutate(what);
  return (
    <div className={styles.deeds}>
      {state === "running" && (
        <Button icon="pause" disabled={deed.isPending} onClick={doIt("pause")}>
          {words.pause}
        </Button>
      )}
      {state === "paused" && (
        <Button icon="play" variant="primary" disabled={deed.isPending} onClick={doIt("resume")}>
          {words.resume}
        </Button>
      )}
      {state === "finished" && failed > 0 && (
        <Button icon="redo" disabled={deed.isPending} onClick={doIt("retry-failed")}>
          {words.retry(failed)}
        </Button>
      )}
      {done + failed > 0 && (
        <a
          className={styles.download}
          data-primary={state === "finished"}
          href={resultsAddress(batch.id, "csv")}
          download
        >
          {words.downloadCsv}
        </a>
      )}
      <Menu trigger={<IconButton icon="more" label={words.moreFor(batch.name)} />}>
        {done + failed > 0 && (
          <MenuItem icon="download" onSelect={() => follow(resultsAddress(batch.id, "jsonl"))}>
            {words.downloadJsonl}
          </MenuItem>
        )}
        {failed > 0 && state === "paused" && (
          <MenuItem icon="redo" onSelect={doIt("retry-failed")}>
            {words.retry(failed)}
          </MenuItem>
        )}
        {!isOver && (
          <MenuItem icon="close" onSelect={onCancel}>
            {words.cancel}
          </MenuItem>
        )}
        <MenuLine />
        <MenuItem icon="trash" loss onSelect={onDelete}>
          {words.delete}
        </MenuItem>
      </Menu>
    </div>
  );
}

/** The server says that it is a file, so the page stays where it is. */
function follow(address: string): void {
  location.assign(address);
}
