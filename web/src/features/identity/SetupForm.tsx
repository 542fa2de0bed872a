import type { Me } from "../../shared/api/types";
import { LinkButton } from "../../shared/ui/LinkButton";
import { OwnAccountForm } from "./OwnAccountForm";
import { setUp } from "./queries";
import { words } from "./words";

export interface SetupFormProps {
  onDone: (me: Me) => void;
  onAlreadyDone: () => void;
}

/** The owner's account; whoever was too slow is shown the way to sign in. */
export function SetupForm({ onDone, onAlreadyDone }: SetupFormProps) {
  return (
    <OwnAccountForm
      email={null}
      submit={words.create}
      busy={words.creating}
      create={setUp}
      onDone={onDone}
      renderWayOut={(code) =>
        code === "setup-already-done" && (
          <LinkButton onClick={onAlreadyDone}>{words.goToSignIn}</LinkButton>
        )
      }
    />
  );
}
