import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { words as chatWords } from "../words";
import { sharedQuery } from "./queries";
import styles from "./SharedList.module.css";
import { words } from "./words";

/** What others share with oneself, above one's own conversations; nothing where nobody does. */
export function SharedList({
  openId,
  onNavigate,
}: {
  openId: string | null;
  onNavigate: () => void;
}) {
  const { data } = useQuery(sharedQuery);
  const shared = data?.items ?? [];
  if (shared.length === 0) return null;
  return (
    <section className={styles.shared} aria-label={words.withMe} tabIndex={0}>
      <h2 className={styles.label}>{words.withMe}</h2>
      <ul>
        {shared.map(({ id, title, owner_name }) => (
          <li key={id}>
            <Link
              className={styles.link}
              href={`/c/${id}`}
              aria-current={id === openId ? "page" : undefined}
              onClick={onNavigate}
            >
              <span className={styles.title} dir="auto">
                {title ?? chatWords.untitled}
              </span>
              <span className={styles.owner}>{owner_name}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
