import styles from "./ImageLink.module.css";
import { safeAddress } from "./safe-address";
import { words } from "./words";

/**
 * A picture a model points at: named, never fetched. Fetching it would tell its host that, and when, the answer
 * was read.
 */
export function ImageLink({ name, address }: { name: string; address: string }) {
  const href = safeAddress(address);
  if (href === null || !href.startsWith("http")) {
    return <span className={styles.chip}>{words.imageWithoutAddress(name)}</span>;
  }
  return (
    <a className={styles.chip} href={href} target="_blank" rel="noopener noreferrer nofollow">
      {words.image(name, new URL(href).host)}
    </a>
  );
}
