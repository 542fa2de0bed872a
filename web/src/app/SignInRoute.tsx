import { SignInSettingsPage } from "../features/identity/elsewhere/SignInSettingsPage";
import { PlainPage } from "./PlainPage";
import { words } from "./words";

/** `/sign-in`: how people sign in. */
export function SignInRoute() {
  return (
    <PlainPage title={words.signIn}>
      <SignInSettingsPage />
    </PlainPage>
  );
}
