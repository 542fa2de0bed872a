import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Connection } from "../../shared/api/types";
import { LinkButton } from "../../shared/ui/LinkButton";
import styles from "./ConnectionList.module.css";
import { ConnectionRow } from "./ConnectionRow";
import { DeleteConnection } from "./DeleteConnection";
import { EditConnection } from "./EditConnection";
import { connectionsQuery } from "./queries";
import { TryAgain } from "../../shared/ui/TryAgain";
import { words } from "./words";

/** Every connection with its state, asked when the page opens. */
export function ConnectionList({ onAdd }: { onAdd: () => void }) {
  const { data, isError, refetch } = useQuery(connectionsQuery);
  const [leaving, setLeaving] = useState<Connection | null>(null);
  const [changing, setChanging] = useState<Connection | null>(null);
  if (isError) return <TryAgain onTry={() => void refetch()} />;
  if (!data) return null;
  if (data.items.length === 0) {
    return (
      <p className={styles.none}>
        {words.noConnections} <LinkButton onClick={onAdd}>{words.connectFirst}</LinkButton>
      </p>
    );
  }
  const { name, state, models, answered } = words.columns;
  return (
    <>
      <div className={styles.head} aria-hidden="true">
        <span>{name}</span>
        <span>{state}</span>
        <span>{models}</span>
        <span>{answered}</span>
      </div>
      <ul className={styles.list} aria-label={words.connections}>
        {data.items.map((connection) => (
          <ConnectionRow
            key={connection.id}
            connection={connection}
            onEdit={() => setChanging(connection)}
            onDelete={() => setLeaving(connection)}
          />
        ))}
      </ul>
      {data.own_of_others ? (
        <p className={styles.others}>{words.ownOfOthers(data.own_of_others)}</p>
      ) : null}
      <EditConnection connection={changing} onClose={() => setChanging(null)} />
      <DeleteConnection connection={leaving} onClose={() => setLeaving(null)} />
    </>
  );
}
