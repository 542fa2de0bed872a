import type { ComponentProps } from "react";
import styles from "./Button.module.css";
import { Icon } from "./Icon";
import type { IconName } from "./icons";
import { joinClasses } from "../lib/join-classes";

export interface ButtonProps extends ComponentProps<"button"> {
  /** One primary per view. */
  variant?: "plain" | "primary" | "quiet";
  large?: boolean;
  icon?: IconName;
}

export function Button({
  variant = "plain",
  large = false,
  icon,
  className,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={joinClasses(styles.button, styles[variant], large && styles.large, className)}
      {...rest}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}
