/** A password that Firebase keeps: a button, and once it is pressed a form in its place. */
import { useState } from "react";
import type { Me, SignInProvider } from "../../../shared/api/types";
import { SignInForm } from "../SignInForm";
import { enterByFirebase } from "./enter-by-firebase";
import styles from "./SignInElsewhere.module.css";
import { words } from "./words";

export type FirebaseDoor = NonNullable<SignInProvider["firebase"]>;

export function SignInWithFirebase({
  name,
  label,
  door,
  onDone,
}: {
  name: string;
  label: string;
  door: FirebaseDoor;
  onDone: (me: Me) => void;
}) {
  const [isOpen, setIsOpen] = useState(false);
  if (!isOpen) {
    return (
      <button type="button" className={styles.way} onClick={() => setIsOpen(true)}>
        {words.signInWith(label)}
      </button>
    );
  }
  return (
    <section className={styles.form} aria-label={words.signInWith(label)}>
      <p className={styles.lead}>{words.firebaseLead(label)}</p>
      <SignInForm
        enter={(credentials) => enterByFirebase(name, door, credentials)}
        onDone={onDone}
      />
    </section>
  );
}
