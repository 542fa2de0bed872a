import styles from "./LampMark.module.css";
import { joinClasses } from "../lib/join-classes";

export type LampState = "still" | "running" | "waiting";

/**
 * The mark: an arch with a lamp in it. Lit amber means something runs, a ring means it waits.
 * With `label` it speaks for itself; without, words beside it do.
 */
export function LampMark({
  state = "still",
  label,
  className,
}: {
  state?: LampState;
  label?: string;
  className?: string | undefined;
}) {
  return (
    <svg
      className={joinClasses(styles.mark, styles[state], className)}
      viewBox="0 0 24 24"
      {...(label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
    >
      <path className={styles.arch} d="M4.5 21V11.5a7.5 7.5 0 0 1 15 0V21" />
      <circle className={styles.lamp} cx="12" cy="14" r="3" />
    </svg>
  );
}
