/** The page `/setup` of a new workspace: `onDone` is called once the owner exists and is signed in. */
import type { ReactNode } from "react";
import type { Me } from "../../shared/api/types";
import { Door } from "./Door";
import { SetupForm } from "./SetupForm";
import { words } from "./words";

export function SetupPage({
  onDone,
  onAlreadyDone,
  children,
}: {
  onDone: (me: Me) => void;
  /** Somebody else was quicker: there is an owner now. */
  onAlreadyDone: () => void;
  /** Other ways in, below the form. */
  children?: ReactNode;
}) {
  return (
    <Door title={words.setUp} lead={words.setUpLead}>
      <SetupForm onDone={onDone} onAlreadyDone={onAlreadyDone} />
      {children}
    </Door>
  );
}
