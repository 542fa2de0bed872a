/** The page `/signin`: `onDone` is called once the session exists. */
import type { Me } from "../../shared/api/types";
import { Door } from "./Door";
import { SignInForm } from "./SignInForm";
import { words } from "./words";

export function SignInPage({ onDone }: { onDone: (me: Me) => void }) {
  return (
    <Door title={words.signIn} lead={words.signInLead}>
      <SignInForm onDone={onDone} />
    </Door>
  );
}
