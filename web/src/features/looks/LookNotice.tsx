import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import styles from "./Looks.module.css";
import { looksQuery } from "./queries";
import { words } from "./words";

/** At the foot of the sidebar, as long as there are looks that one has not taken note of. */
export function LookNotice({ onNavigate }: { onNavigate: () => void }) {
  const { data } = useInfiniteQuery(looksQuery);
  const unseen = data?.pages[0]?.unseen ?? 0;
  if (unseen === 0) return null;
  return (
    <Link className={styles.notice} href="/profile" onClick={onNavigate}>
      <span className={styles.dot} aria-hidden="true" />
      {words.unseen(unseen)}
    </Link>
  );
}
