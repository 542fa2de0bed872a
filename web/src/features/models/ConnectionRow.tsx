import { useQuery } from "@tanstack/react-query";
import type { Connection } from "../../shared/api/types";
import { IconButton } from "../../shared/ui/IconButton";
import { LinkButton } from "../../shared/ui/LinkButton";
import { Menu, MenuItem } from "../../shared/ui/Menu";
import { showToast } from "../../shared/ui/toast-list";
import { ConnectionState } from "./ConnectionState";
import styles from "./ConnectionRow.module.css";
import { count, latency } from "./format";
import { connectionTestQuery } from "./queries";
import { problemWords, words } from "./words";

const keyProblems: ReadonlySet<string> = new Set(["provider-refused-key", "secret-unreadable"]);

/** One connection: where it leads, whether it answers, and what can be done with it. */
export function ConnectionRow({
  connection,
  onEdit,
  onDelete,
}: {
  connection: Connection;
  onEdit: () => void;
  onDelete: () => void;
}) {
  const { data, refetch } = useQuery(connectionTestQuery(connection.id));
  // One that does not answer has no models that could be counted, and no time that would mean anything.
  const answer = data?.ok ? data : undefined;
  const test = async () => {
    const { data: now } = await refetch();
    const { name } = connection;
    if (now?.ok) showToast(words.tested(name, now.latency_ms, now.model_count));
    else showToast(words.testedInVain(name));
  };
  const isOwn = connection.source === "person";
  return (
    <li className={styles.row}>
      <div className={styles.who}>
        <h3 className={styles.name}>{connection.name}</h3>
        <p className={styles.address}>{connection.base_url}</p>
        <p className={styles.note}>{noteOn(connection)}</p>
      </div>
      <div className={styles.state}>
        <ConnectionState connection={connection} />
        {data?.problem && <p className={styles.note}>{problemWords(data.problem).advice}</p>}
        {isOwn && data?.problem && keyProblems.has(data.problem.code) && (
          <LinkButton onClick={onEdit}>{words.newKey}</LinkButton>
        )}
      </div>
      <span className={styles.models} data-known={answer !== undefined}>
        {answer ? count(answer.model_count) : "–"}
        <span className={styles.unit}> {words.columns.models.toLowerCase()}</span>
      </span>
      <span className={styles.answered}>{answer ? latency(answer.latency_ms) : "–"}</span>
      <Menu
        trigger={
          <IconButton icon="more" label={words.more(connection.name)} className={styles.more} />
        }
      >
        <MenuItem icon="redo" onSelect={() => void test()}>
          {words.test}
        </MenuItem>
        {isOwn && (
          <MenuItem icon="pen" onSelect={onEdit}>
            {words.edit}
          </MenuItem>
        )}
        {isOwn && (
          <MenuItem icon="trash" loss onSelect={onDelete}>
            {words.delete}
          </MenuItem>
        )}
      </Menu>
    </li>
  );
}

function noteOn({ source, key_hint, own }: Connection): string {
  const notes = [
    own && words.onlyForMe,
    key_hint !== null && words.keyEndsIn(key_hint),
    source === "settings" && words.configured,
    source === "discovered" && words.discovered,
  ].filter((note) => note !== false);
  return notes.map((note) => note.charAt(0).toUpperCase() + note.slice(1)).join(". ");
}
