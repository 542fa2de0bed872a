import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Connection } from "../../shared/api/types";
import styles from "./ConnectionList.module.css";
import { ConnectionRow } from "./ConnectionRow";
import { DeleteConnection } from "./DeleteConnection";
import { connectionsQuery } from "./queries";
import { TryAgain } from "./TryAgain";
import { words } from "./words";

/** Every connection with its state, asked when the page opens. */
export function ConnectionList() {
  const { data, isError, refetch } = useQuery(connectionsQuery);
  const [leaving, setLeaving] = useState<Connection | null>(null);
  if (isError) return <TryAgain onTry={() => void refetch()} />;
  if (!data) return null;
  if (data.items.length === 0) return <p className={styles.none}>{words.noConnections}</p>;
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
            onDelete={() => setLeaving(connection)}
          />
        ))}
      </ul>
      <DeleteConnection connection={leaving} onClose={() => setLeaving(null)} />
    </>
  );
}
