import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";
import { Icon } from "./Icon";
import type { IconName } from "./icons";
import styles from "./Menu.module.css";
import { joinClasses } from "../lib/join-classes";

export interface MenuProps {
  /** The button that opens it; it must pass on what it is given (`IconButton` and `Button` do). */
  trigger: ReactElement;
  side?: "top" | "bottom";
  align?: "start" | "end";
  children: ReactNode;
  onOpenChange?: (open: boolean) => void;
}

/** A short list of deeds that floats beside its button. Fill it with `MenuItem`. */
export function Menu({
  trigger,
  side = "bottom",
  align = "end",
  children,
  onOpenChange,
}: MenuProps) {
  return (
    <Base.Root modal={false} {...(onOpenChange && { onOpenChange: (open) => onOpenChange(open) })}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles.positioner} side={side} align={align} sideOffset={4}>
          <Base.Popup className={styles.popup}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({
  icon,
  checked,
  loss = false,
  onSelect,
  children,
}: {
  icon?: IconName;
  /** Draws a tick: this is the one that holds. */
  checked?: boolean;
  /** Something is lost by this deed. */
  loss?: boolean;
  onSelect: () => void;
  children: ReactNode;
}) {
  return (
    <Base.Item className={joinClasses(styles.item, loss && styles.loss)} onClick={onSelect}>
      {icon && <Icon name={icon} />}
      <span className={styles.words}>{children}</span>
      {checked && (
        <>
          <Icon name="check" />
          <span className="visually-hidden">, chosen</span>
        </>
      )}
    </Base.Item>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <div className={styles.label}>{children}</div>;
}

export function MenuLine() {
  return <Base.Separator className={styles.line} />;
}
