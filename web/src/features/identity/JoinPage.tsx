/** The page `/join#…` of an invitation: `onDone` is called once somebody has joined and is signed in. */
import { useQuery } from "@tanstack/react-query";
import type { Me } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { Door } from "./Door";
import { FormFailure } from "./FormFailure";
import { OwnAccountForm } from "./OwnAccountForm";
import { invitationQuery, join } from "./queries";
import { told } from "./told";
import { words } from "./words";

export interface JoinPageProps {
  token: string;
  onDone: (me: Me) => void;
  onLeave: () => void;
}

export function JoinPage({ token, onDone, onLeave }: JoinPageProps) {
  const invitation = useQuery(invitationQuery(token));
  if (invitation.error) {
    return (
      <Door title={words.join} lead={words.joinFailed}>
        <FormFailure>{told(invitation.error)}</FormFailure>
        <Button onClick={onLeave}>{words.goToSignIn}</Button>
      </Door>
    );
  }
  if (!invitation.data) return null;
  const { email, role_name } = invitation.data;
  return (
    <Door title={words.join} lead={words.joinLead(role_name)}>
      <OwnAccountForm
        email={email}
        submit={words.joinNow}
        create={(account) => join({ ...account, token })}
        onDone={onDone}
      />
    </Door>
  );
}
