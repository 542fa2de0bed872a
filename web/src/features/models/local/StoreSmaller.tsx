import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { ModelFile } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { Dialog } from "../../../shared/ui/Dialog";
import dialog from "../DeleteConnection.module.css";
import { size } from "../format";
import choice from "../OwnChoice.module.css";
import { sayWhy } from "../use-downloads";
import { quantisationsQuery, storeSmaller } from "./queries";
import { smallerTypes, type SmallerType } from "./smaller";
import styles from "./StoreSmaller.module.css";
import { words } from "./words";

/** Asks in which type a model is stored once more, with about how large it becomes and what the disk has. */
export function StoreSmaller({
  file,
  freeBytes,
  onClose,
}: {
  file: ModelFile | null;
  freeBytes: number | undefined;
  onClose: () => void;
}) {
  return (
    <Dialog open={file !== null} onClose={onClose} title={words.smallerTitle(file?.name ?? "")}>
      {file && <Types key={file.id} file={file} freeBytes={freeBytes} onClose={onClose} />}
    </Dialog>
  );
}

function Types({
  file,
  freeBytes,
  onClose,
}: {
  file: ModelFile;
  freeBytes: number | undefined;
  onClose: () => void;
}) {
  const name = useId();
  const client = useQueryClient();
  const types = smallerTypes(file);
  const hasRoom = (bytes: number) => freeBytes === undefined || bytes <= freeBytes;
  const [chosen, setChosen] = useState<SmallerType | undefined>(
    () => types.find(({ size_bytes }) => hasRoom(size_bytes))?.type,
  );
  const start = useMutation({
    mutationFn: (type: SmallerType) => storeSmaller(file.id, type),
    onSuccess: onClose,
    onError: sayWhy,
    onSettled: () => client.invalidateQueries({ queryKey: quantisationsQuery.queryKey }),
  });
  return (
    <div className={dialog.body}>
      <p>{words.smallerLead(file.size_bytes)}</p>
      <fieldset className={styles.types}>
        <legend className="visually-hidden">{words.smallerTypes}</legend>
        {types.map(({ type, size_bytes }) => {
          const id = `${name}-${type}`;
          return (
            <div key={type} className={choice.option}>
              <input
                id={id}
                type="radio"
                name={name}
                className={choice.radio}
                checked={chosen === type}
                disabled={!hasRoom(size_bytes)}
                aria-describedby={`${id}-hint`}
                onChange={() => setChosen(type)}
              />
              <div className={styles.words}>
                <label htmlFor={id} className={styles.label}>
                  <span>{words.smallerType[type]}</span>
                  <span className={styles.size}>{words.about(size(size_bytes))}</span>
                </label>
                <p id={`${id}-hint`} className={choice.hint}>
                  {hasRoom(size_bytes) ? words.smallerHint[type] : words.smallerNoRoom}
                </p>
              </div>
            </div>
          );
        })}
      </fieldset>
      {freeBytes !== undefined && <p className={styles.free}>{words.freeDisk(freeBytes)}</p>}
      <div className={dialog.deeds}>
        <Button onClick={onClose}>{words.cancel}</Button>
        <Button
          variant="primary"
          disabled={chosen === undefined || start.isPending}
          onClick={() => chosen && start.mutate(chosen)}
        >
          {words.smallerStart}
        </Button>
      </div>
    </div>
  );
}
