/** The inside of the page "Your profile". `onGone` is called when the account is no more. */
import type { ReactNode } from "react";
import type { Me } from "../../../shared/api/types";
import { PageBody } from "../../../shared/ui/PageBody";
import type { Proven } from "../elsewhere/proven";
import { words } from "../words";
import { DeleteAccount } from "./DeleteAccount";
import { Devices } from "./Devices";
import { HandOver } from "./HandOver";
import { NameForm } from "./NameForm";
import { PasswordForm } from "./PasswordForm";

export interface ProfilePageProps {
  me: Me;
  /** Whom an owner can hand the workspace over to. */
  heirs: readonly { id: string; name: string }[];
  proven: Proven;
  /** The dialog of a proof that is asked for. */
  proof: ReactNode;
  onGone: () => void;
  /** How one signs in besides: it stands after the password. */
  children?: ReactNode;
}

export function ProfilePage(props: ProfilePageProps) {
  const { me, heirs, proven, proof, onGone, children } = props;
  return (
    <PageBody title={words.profile} lead={words.profileLead}>
      <NameForm me={me} />
      <PasswordForm me={me} />
      {children}
      <Devices />
      {me.role === "owner" && heirs.length > 0 && (
        <HandOver me={me} heirs={heirs} proven={proven} />
      )}
      <DeleteAccount me={me} proven={proven} proof={proof} onGone={onGone} />
    </PageBody>
  );
}
