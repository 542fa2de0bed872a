/** What lies on this machine: how full it is, each model and what it does, and the downloads on their way. */
import { useQuery } from "@tanstack/react-query";
import { TryAgain } from "../../../shared/ui/TryAgain";
import { catalogueQuery } from "../queries";
import { useDownloads } from "../use-downloads";
import { DownloadRow } from "./DownloadRow";
import { localModels } from "./local-models";
import { LookForFiles } from "./LookForFiles";
import { MachineBars } from "./MachineBars";
import { ModelList } from "./ModelList";
import styles from "./OnThisMachine.module.css";
import { localModelsQuery, modelFilesQuery } from "./queries";
import { words } from "./words";

/** `readOnly`: there is only to see how it stands. */
export function OnThisMachine({ readOnly }: { readOnly?: boolean }) {
  const states = useQuery(localModelsQuery);
  const files = useQuery(modelFilesQuery);
  const { data: catalogue } = useQuery(catalogueQuery);
  const downloads = useDownloads();
  const models = localModels(files.data?.items ?? [], states.data?.items ?? []);
  const coming = downloads.all.filter(({ status }) => status !== "done");
  const isEmpty = files.data && models.length === 0 && coming.length === 0;
  return (
    <>
      {catalogue && <MachineBars machine={catalogue.machine} />}
      {states.data?.engine_problem && (
        <p className={styles.trouble}>{states.data.engine_problem}</p>
      )}
      {files.isError && <TryAgain onTry={() => void files.refetch()} />}
      {isEmpty && <p className={styles.none}>{words.empty}</p>}
      {coming.length > 0 && (
        <ul className={styles.list} aria-label={words.coming}>
          {coming.map((download) => (
            <DownloadRow key={download.id} download={download} {...(!readOnly && { downloads })} />
          ))}
        </ul>
      )}
      <ModelList
        mayManage={!readOnly}
        models={models}
        freeBytes={catalogue?.machine.free_disk_bytes}
      />
      {files.data && !readOnly && <LookForFiles />}
    </>
  );
}
