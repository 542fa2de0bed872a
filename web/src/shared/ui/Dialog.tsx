import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import styles from "./Dialog.module.css";
import { IconButton } from "./IconButton";
import { joinClasses } from "../lib/join-classes";

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** Hides the title from eyes only, where the content makes it plain. */
  titleHidden?: boolean;
  /** For what has lists in it. */
  wide?: boolean;
}

/** Something that must be answered or put away first. Escape and a click beside it close it. */
export function Dialog({
  open,
  onClose,
  title,
  children,
  titleHidden = false,
  wide = false,
}: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup className={joinClasses(styles.popup, wide && styles.wide)}>
          <div className={titleHidden ? "visually-hidden" : styles.head}>
            <Base.Title className={styles.title}>{title}</Base.Title>
            {!titleHidden && <Base.Close render={<IconButton icon="close" label="Close" />} />}
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
