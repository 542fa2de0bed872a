import { useQuery } from "@tanstack/react-query";
import type { ConnectionKind } from "../../shared/api/types";
import { Icon } from "../../shared/ui/Icon";
import { host } from "./format";
import styles from "./KindChoice.module.css";
import { connectionKindsQuery } from "./queries";
import { TryAgain } from "../../shared/ui/TryAgain";
import { kindWords, words } from "./words";

/** What kind of server it is: the first thing to say about a connection. */
export function KindChoice({
  before,
  onChoose,
}: {
  /** The one that was chosen before, when somebody comes back. */
  before: ConnectionKind | null;
  onChoose: (kind: ConnectionKind) => void;
}) {
  const { data, isError, refetch } = useQuery(connectionKindsQuery);
  if (isError) {
    return (
      <div className={styles.body}>
        <TryAgain onTry={() => void refetch()} />
      </div>
    );
  }
  if (!data) return <p className={styles.body}>{words.lookingAgain}</p>;
  const start = before?.id ?? data.items[0]?.id;
  return (
    <div className={styles.body}>
      <p className={styles.lead}>{words.kindLead}</p>
      <ul className={styles.list} aria-label={words.kindLead}>
        {data.items.map((kind) => (
          <li key={kind.id}>
            <button
              type="button"
              className={styles.kind}
              autoFocus={kind.id === start}
              onClick={() => onChoose(kind)}
            >
              <span className={styles.words}>
                <span className={styles.name}>{kind.label}</span>
                <span className={styles.note}>
                  {kindWords(kind.id) ?? (kind.base_url ? host(kind.base_url) : words.ownAddress)}
                </span>
              </span>
              {kind.needs_key && <span className={styles.tag}>{words.needsKey}</span>}
              <Icon name="chevron-right" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
