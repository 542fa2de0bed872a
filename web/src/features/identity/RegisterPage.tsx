/** Registering oneself, where the workspace's policy lets anybody; and what becomes of it. */
import { useState } from "react";
import type { Me, Registered, Registration } from "../../shared/api/types";
import { LinkButton } from "../../shared/ui/LinkButton";
import { Door } from "./Door";
import styles from "./Form.module.css";
import { OwnAccountForm } from "./OwnAccountForm";
import { register } from "./queries";
import { words } from "./words";

export function RegisterPage({
  registration,
  onDone,
  onLeave,
}: {
  registration: Registration;
  onDone: (me: Me) => void;
  onLeave: () => void;
}) {
  const [outcome, setOutcome] = useState<Registered["outcome"] | null>(null);
  const end = ({ outcome: became, me }: Registered) => {
    if (me) onDone(me);
    else setOutcome(became);
  };
  return (
    <Door title={words.register} lead={outcome ? words.registered[outcome] : leadOf(registration)}>
      {!outcome && (
        <OwnAccountForm email={null} submit={words.register} create={register} onDone={end} />
      )}
      <p className={styles.other}>
        <LinkButton onClick={onLeave}>{words.goToSignIn}</LinkButton>
      </p>
    </Door>
  );
}

function leadOf({ registration, allowed_domains, by_mail }: Registration): string {
  const who = allowed_domains.length > 0 ? words.onlyDomains(allowed_domains.join(", ")) : "";
  if (by_mail) return words.registerByMail + who;
  return (registration === "approval" ? words.registerWaits : words.registerOpen) + who;
}
