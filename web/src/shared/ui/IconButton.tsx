import type { ComponentProps } from "react";
import { Icon } from "./Icon";
import styles from "./IconButton.module.css";
import type { IconName } from "./icons";
import { joinClasses } from "../lib/join-classes";

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  icon: IconName;
  /** Its name, for the tooltip and for those who cannot see the drawing. */
  label: string;
}

export function IconButton({ icon, label, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      className={joinClasses(styles.button, className)}
      aria-label={label}
      data-tooltip={label}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}
