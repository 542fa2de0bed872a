import type { Download } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { IconButton } from "../../shared/ui/IconButton";
import { isUnderWay } from "./queries";
import type { Downloads } from "./use-downloads";
import { words } from "./words";

/** What can be done with a download: pause it, go on with it, give it up. */
export function DownloadDeeds({
  download,
  downloads,
}: {
  download: Download;
  downloads: Downloads;
}) {
  const { id, name, status } = download;
  const again = status === "failed" ? words.tryAgain : words.resume;
  return (
    <>
      {isUnderWay(download) ? (
        <IconButton
          icon="pause"
          label={words.pause(name)}
          disabled={status === "checking"}
          onClick={() => downloads.pause(id)}
        />
      ) : (
        <Button
          icon={status === "failed" ? "redo" : "play"}
          disabled={downloads.isBusy}
          aria-label={`${again}: ${name}`}
          onClick={() => downloads.resume(id)}
        >
          {again}
        </Button>
      )}
      <IconButton icon="close" label={words.discard(name)} onClick={() => downloads.discard(id)} />
    </>
  );
}
