import { SignInSettingsPage } from "../features/identity/elsewhere/SignInSettingsPage";
import { useProven } from "../features/second-factors/use-proven";
import { PlainPage } from "./PlainPage";
import { words } from "./words";

/** `/sign-in`: how people sign in. */
export function SignInRoute() {
  const [proven, proof] = useProven();
  return (
    <PlainPage title={words.signIn}>
      <SignInSettingsPage proven={proven} proof={proof} />
    </PlainPage>
  );
}
