/** The page `/signin`: `onDone` is called once the session exists. The other ways in are offered where there are any. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Me } from "../../shared/api/types";
import { LinkButton } from "../../shared/ui/LinkButton";
import { Door } from "./Door";
import { ForgotPage } from "./ForgotPage";
import styles from "./Form.module.css";
import { registrationQuery } from "./queries";
import { RegisterPage } from "./RegisterPage";
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
  const [way, setWay] = useState<"register" | "forgot" | null>(null);
  const registration = useQuery(registrationQuery).data;
  const mayRegister = registration !== undefined && registration.registration !== "closed";
  const leave = () => setWay(null);
  if (way === "forgot") return <ForgotPage onLeave={leave} />;
  if (way === "register" && registration) {
    return <RegisterPage registration={registration} onDone={onDone} onLeave={leave} />;
  }
  return (
    <Door title={words.signIn} lead={words.signInLead}>
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
