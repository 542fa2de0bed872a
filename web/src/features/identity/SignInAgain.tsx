/** Shown above the page when the session has ended: signing in again loses neither the page nor a draft. */
import { Dialog } from "@base-ui/react/dialog";
import { type ReactNode, useEffect, useState } from "react";
import type { Me } from "../../shared/api/types";
import { LinkButton } from "../../shared/ui/LinkButton";
import styles from "./Dialogs.module.css";
import { SignInForm } from "./SignInForm";
import { words } from "./words";

export interface SignInAgainProps {
  email: string;
  onDone: (me: Me) => void;
  /** The person wants another account: what is on the page goes. */
  onLeave: () => void;
  /** Other ways in, below the form: not everybody has a password. */
  children?: ReactNode;
}

/** Cannot be put away: nothing behind it works until somebody is signed in. */
export function SignInAgain({ email, onDone, onLeave, children }: SignInAgainProps) {
  const [before] = useState(() => document.activeElement);

  // Gives the focus back to where the person was writing.
  useEffect(() => {
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, [before]);

  return (
    <Dialog.Root open disablePointerDismissal>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.popup}>
          <Dialog.Title className={styles.title}>{words.welcomeBack}</Dialog.Title>
          <Dialog.Description className={styles.lead}>{words.expired}</Dialog.Description>
          <SignInForm email={email} onDone={onDone} />
          {children}
          <p className={styles.foot}>
            <LinkButton onClick={onLeave}>{words.asSomebodyElse}</LinkButton>
          </p>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
