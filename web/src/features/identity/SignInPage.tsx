/** The page `/signin`: `onDone` is called once the session exists. The other ways in are offered where there are any. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Me } from "../../shared/api/types";
import { LinkButton } from "../../shared/ui/LinkButton";
import { Door } from "./Door";
import { ForgotPage } from "./ForgotPage";
import styles from "./Form.module.css";
import { FormFailure } from "./FormFailure";
import { halfWayQuery, registrationQuery } from "./queries";
import { RegisterPage } from "./RegisterPage";
import { SecondStepForm } from "./SecondStepForm";
import { SignInForm } from "./SignInForm";
import { useHalfWay } from "./use-half-way";
import { words } from "./words";

export function SignInPage({
  onDone,
  children,
}: {
  onDone: (me: Me) => void;
  /** Other ways in, below the form. */
  children?: ReactNode;
}) {
  const [way, setWay] = useState<"register" | "forgot" | null>(null);
  const registration = useQuery(registrationQuery).data;
  const mayRegister = registration !== undefined && registration.registration !== "closed";
  const leave = () => setWay(null);
  const [isHalfWay, stopHalfWay] = useHalfWay();
  const step = useQuery({ ...halfWayQuery, enabled: isHalfWay });
  if (isHalfWay && step.data) {
    return (
      <Door title={words.signIn} lead={words.halfWayLead}>
        <SecondStepForm step={step.data} onDone={onDone} onBack={stopHalfWay} />
      </Door>
    );
  }
  if (way === "forgot") return <ForgotPage onLeave={leave} />;
  if (way === "register" && registration) {
    return <RegisterPage registration={registration} onDone={onDone} onLeave={leave} />;
  }
  return (
    <Door title={words.signIn} lead={words.signInLead}>
      {isHalfWay && step.isError && <FormFailure>{words.halfWayOver}</FormFailure>}
      <SignInForm onDone={onDone} />
      {children}
      <p className={styles.other}>
        {mayRegister && (
          <LinkButton onClick={() => setWay("register")}>{words.register}</LinkButton>
        )}
        {registration?.reset_by_mail && (
          <LinkButton onClick={() => setWay("forgot")}>{words.forgot}</LinkButton>
        )}
      </p>
    </Door>
  );
}
