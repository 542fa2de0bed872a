import { type IconName, icons } from "./icons";
import styles from "./Icon.module.css";
import { joinClasses } from "../lib/join-classes";

/** A drawing that repeats what words beside it, or the name of its control, already say. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      className={joinClasses(styles.icon, (name === "more" || name === "grip") && styles.dots)}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <path d={icons[name]} />
    </svg>
  );
}
