import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem } from "../../shared/api/api-problem";
import type { Connection } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { LinkButton } from "../../shared/ui/LinkButton";
import { State } from "../../shared/ui/State";
import { showToast } from "../../shared/ui/toast-list";
import { addressFault, changeOf, type FieldName, filledFrom } from "./connection-fields";
import { ConnectionFields } from "./ConnectionFields";
import styles from "./ConnectionForm.module.css";
import { PrivateChoice } from "./PrivateChoice";
import { changeConnection, connectionTestQuery, lookAgain } from "./queries";
import { UnmarkedChoice } from "./UnmarkedChoice";
import { failureWords, words } from "./words";

/** Changing a connection in its place: its name, address, key and models. It is asked again at once. */
export function EditConnection({
  connection,
  onClose,
}: {
  connection: Connection | null;
  onClose: () => void;
}) {
  return (
    <Dialog
      open={connection !== null}
      onClose={onClose}
      title={words.editTitle(connection?.name ?? "")}
    >
      {connection && <EditForm key={connection.id} connection={connection} onClose={onClose} />}
    </Dialog>
  );
}

function EditForm({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const client = useQueryClient();
  const [filled, setFilled] = useState(() => filledFrom(connection));
  const [removesKey, setRemovesKey] = useState(false);
  const [isChecked, setIsChecked] = useState(false);
  const { id, key_hint } = connection;
  const saving = useMutation({
    mutationFn: () => changeConnection(id, changeOf(connection, filled, removesKey)),
    onSuccess: async ({ name }) => {
      onClose();
      showToast(words.changed(name));
      await client.invalidateQueries({ queryKey: connectionTestQuery(id).queryKey });
      await lookAgain(client);
    },
  });
  const error = saving.error instanceof ApiProblem ? saving.error : null;
  const fault = addressFault(filled);
  const change = (field: FieldName, value: string) => {
    setFilled({ ...filled, [field]: value });
    saving.reset();
  };
  const errorOf = (field: FieldName) =>
    (isChecked && field === "base_url" ? fault : undefined) ?? error?.fields.get(field);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (!fault && !saving.isPending) saving.mutate();
  };
  const keyNow = key_hint === null ? words.keyHint : words.keyKeptHint(key_hint);
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <ConnectionFields
        filled={filled}
        onChange={change}
        errorOf={errorOf}
        first="base_url"
        addressExample={connection.base_url}
        addressHint={words.addressEditHint}
        keyHint={removesKey ? words.keyRemoved : keyNow}
        keyAside={
          key_hint !== null && (
            <LinkButton onClick={() => setRemovesKey(!removesKey)}>
              {removesKey ? words.keepKey : words.removeKey}
            </LinkButton>
          )
        }
      />
      <PrivateChoice
        isPrivate={filled.isPrivate}
        onChange={(isPrivate) => {
          setFilled({ ...filled, isPrivate });
          saving.reset();
        }}
      />
      <UnmarkedChoice
        kind={connection.kind}
        isUnmarked={filled.isUnmarked}
        onChange={(isUnmarked) => {
          setFilled({ ...filled, isUnmarked });
          saving.reset();
        }}
      />
      <div className={styles.foot}>
        {error && error.fields.size === 0 && (
          <div className={styles.problem} role="alert">
            <State kind="loss">{words.notSaved}</State>
            <p>{failureWords({ code: error.code, message: error.detail })}</p>
          </div>
        )}
        <div className={styles.deeds}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="primary" disabled={saving.isPending}>
            {words.save}
          </Button>
        </div>
      </div>
    </form>
  );
}
