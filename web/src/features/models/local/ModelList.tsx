import { useState } from "react";
import type { ModelFile } from "../../../shared/api/types";
import { DeleteModel } from "./DeleteModel";
import type { ModelHere } from "./local-models";
import { ModelRow } from "./ModelRow";
import styles from "./OnThisMachine.module.css";
import { StoreSmaller } from "./StoreSmaller";
import { useSmaller } from "./use-smaller";
import { words } from "./words";

/** The models that lie here, with the dialogs that a row's menu opens. */
export function ModelList({
  mayManage,
  models,
  freeBytes,
}: {
  mayManage: boolean;
  models: readonly ModelHere[];
  /** The room on the disk; nothing where it is not known yet. */
  freeBytes: number | undefined;
}) {
  const smaller = useSmaller();
  const [deleting, setDeleting] = useState<ModelHere | null>(null);
  const [storing, setStoring] = useState<ModelFile | null>(null);
  return (
    <>
      {models.length > 0 && (
        <ul className={styles.list} aria-label={words.list}>
          {models.map((model) => (
            <ModelRow
              key={model.file.id}
              mayManage={mayManage}
              model={model}
              smaller={smaller}
              onDelete={() => setDeleting(model)}
              onStoreSmaller={() => setStoring(model.file)}
            />
          ))}
        </ul>
      )}
      <DeleteModel model={deleting} onClose={() => setDeleting(null)} />
      <StoreSmaller file={storing} freeBytes={freeBytes} onClose={() => setStoring(null)} />
    </>
  );
}
