/** The page `/signin`: `onDone` is called once the session exists. */
import type { ReactNode } from "react";
import type { Me } from "../../shared/api/types";
import { Door } from "./Door";
import { SignInForm } from "./SignInForm";
import { words } from "./words";

export function SignInPage({
  onDone,
  children,
}: {
  onDone: (me: Me) => void;
  /** Other ways in, below the form. */
  children?: ReactNode;
}) {
  return (
    <Door title={words.signIn} lead={words.signInLead}>
      <SignInForm onDone={onDone} />
      {children}
    </Door>
  );
}
