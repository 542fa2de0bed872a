/** The inside of the page "Your profile". `onGone` is called when the account is no more. */
import type { ReactNode } from "react";
import type { Me } from "../../../shared/api/types";
import { PageBody } from "../../../shared/ui/PageBody";
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
  onGone: () => void;
  /** How one signs in besides: it stands after the password. */
  children?: ReactNode;
}

export function ProfilePage({ me, heirs, onGone, children }: ProfilePageProps) {
  return (
    <PageBody title={words.profile} lead={words.profileLead}>
      <NameForm me={me} />
      <PasswordForm me={me} />
      {children}
      <Devices />
      {me.role === "owner" && heirs.length > 0 && <HandOver heirs={heirs} />}
      <DeleteAccount me={me} onGone={onGone} />
    </PageBody>
  );
}
