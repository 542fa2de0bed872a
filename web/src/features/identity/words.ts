/** Every word of the door, the set-up and the account. */
import type { Me } from "../../shared/api/types";

export const words = {
  signIn: "Sign in",
  signInLead: "to this workspace",
  signingIn: "Signing in",
  runsOn: (host: string) => `Runs on ${host} with Arcano.`,

  setUp: "Make it yours",
  setUpLead: "You will be the owner of this workspace.",
  create: "Create the workspace",
  creating: "Creating the workspace",
  goToSignIn: "Go to sign-in",

  name: "Name",
  email: "E-mail",
  password: "Password",
  showPassword: "Show",
  hidePassword: "Hide",
  emailWrong: "An e-mail address has the form name@example.org.",
  nameMissing: "How should the workspace call you?",
  passwordMissing: "Enter your password.",
  passwordHint: "At least 10 characters. A few unrelated words are easy to keep and hard to guess.",
  passwordShort: (missing: number) =>
    missing === 1 ? "One more character." : `${missing} more characters.`,
  passwordTooLong: "At most 200 characters.",
  strength: {
    weak: "Easy to guess. Another unrelated word would help.",
    fair: "Fair. One more word would make it strong.",
    strong: "Strong.",
  },

  code: "Code",
  codeHint: "The six digits that your authenticator app shows now.",
  recoveryCode: "Recovery code",
  recoveryCodeHint: "One of those that you were given when you set this up. Each opens once.",
  useRecoveryCode: "Use a recovery code",
  useCode: "Use a code of the app",
  usePasskey: "Use a passkey",
  back: "Back",

  tooManyAttempts: "Too many attempts.",
  welcomeBack: "Sign in again",
  expired: "Your session has ended. This page and what you wrote are kept.",
  asSomebodyElse: "Sign in as somebody else",

  account: "Account of",
  theme: "Theme",
  signOut: "Sign out",
  signOutEverywhere: "Sign out everywhere",
  everywhereTitle: "Sign out everywhere?",
  everywhereLead:
    "Every browser and program you are signed in with is signed out, this one too. Answers that are being written go on.",
  cancel: "Cancel",
  signOutFailed: "You are still signed in: the server could not be reached. Try again.",
} as const;

const byCode: Record<string, string> = {
  "wrong-credentials": "This e-mail and password do not belong together. Check both and try again.",
  "wrong-code": "This code is not right, or it was used already. Take the next one.",
  "challenge-over": "That took too long. Go back, and enter your password again.",
  "setup-already-done": "This workspace has its owner already.",
  unreachable: "The server cannot be reached. What you entered is kept; try again.",
  "foreign-origin":
    "This page was opened under another address than the server knows. Open it there.",
};

/** What to say for a `code` of the server; its own sentence where we have none. */
export function failureWords(code: string, fallback: string): string {
  return byCode[code] ?? fallback;
}

/** “Try again in 1 min 5 s.” */
export function waitWords(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = `${seconds % 60}\u00a0s`;
  return `Try again in ${minutes > 0 ? `${minutes}\u00a0min ${rest}` : rest}.`;
}

const roles: Record<string, string> = { owner: "Owner", admin: "Admin", member: "Member" };

/** A role that was made here has the name that it was given. */
export function roleWords(role: Me["role"]): string {
  return roles[role] ?? role;
}
