import type { ComponentProps } from "react";
import styles from "./Link.module.css";
import { joinClasses } from "../lib/join-classes";

/** A deed that reads as a part of a sentence. */
export function LinkButton({ className, ...rest }: ComponentProps<"button">) {
  return <button type="button" className={joinClasses(styles.link, className)} {...rest} />;
}
