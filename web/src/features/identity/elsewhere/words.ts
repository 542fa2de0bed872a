/** Every word about accounts elsewhere. */
import type { SignInSettings } from "../../../shared/api/types";

export const words = {
  or: "or",
  signInWith: (label: string) => `Sign in with ${label}`,

  accounts: "Connected accounts",
  accountsNote:
    "Where else you can sign in. You are known there by the account itself, not by its e-mail address.",
  noAccounts: "None yet.",
  linkWith: (label: string) => `Link ${label}`,
  unlink: "Unlink",
  unlinkNamed: (label: string) => `Unlink ${label}`,
  unlinked: (label: string) => `${label} no longer signs you in`,
  linkedOn: (day: string) => `Linked ${day}`,
  noAddress: "No address",
  onlyWayIn: "The only way into your account",

  settingsTitle: "Sign-in",
  settingsLead: "Where people may sign in besides with a password.",
  nothingTitle: "Only with a password",
  nothingLead:
    "Google, GitHub, any OpenID Connect provider and Firebase are set up in arcano.toml, under identity.providers.",
  test: "Test",
  testing: "Testing",
  testNamed: (label: string) => `Test ${label}`,
  register: "Address to register there",
  issuer: "Issuer",
  client: "Client",
  scopes: "Asks for",
  groups: "Groups by",
  roles: "Role by",
  domains: "Only from",
  newPeople: "New people",
  accountCount: (count: number) =>
    ["No account is linked yet", "1 account is linked"][count] ?? `${count} accounts are linked`,
  noSecret: "Without a secret",
  email: "E-mail",
  trustsEmail: "Its addresses count as verified",
} as const;

export const newPeopleWords: Record<SignInSettings["new_people"], string> = {
  refuse: "are refused",
  wait: "wait for an approval",
  "let-in": "are let in",
};

export const kindWords: Record<SignInSettings["kind"], string> = {
  google: "Google",
  github: "GitHub",
  oidc: "OpenID Connect",
  firebase: "Firebase",
};

const findingNames: Record<string, string> = {
  discovery: "Description",
  keys: "Keys",
  pkce: "PKCE",
  answer: "Answer",
  emulator: "Emulator",
};

export function findingName(what: string): string {
  return findingNames[what] ?? what;
}

const byCode: Record<string, string> = {
  "sign-in-not-verified":
    "What came back could not be verified, so nobody was signed in. Begin again; if it happens again, whoever administers the workspace finds why in the log.",
  "sign-in-expired": "That took too long, or was used already. Begin again.",
  "sign-in-cancelled": "You were not signed in there. Begin again, or sign in another way.",
  "sign-in-provider-unreachable": "It cannot be reached now. Try again, or sign in another way.",
  "email-not-verified":
    "It has not verified an e-mail address of yours. Verify it there, then begin again.",
  "email-not-allowed": "Addresses like yours are not let in. Use your account of the organisation.",
  "new-people-refused":
    "There is no account for you here. Ask whoever administers the workspace to invite you.",
  "account-waiting": "Your account waits for an approval by whoever administers the workspace.",
  "account-disabled": "This account was disabled. Whoever administers the workspace can enable it.",
  "account-exists":
    "There is an account with this address already. Sign in to it as usual, then link this one on your profile.",
  "account-already-linked":
    "That account is linked to somebody else here, or you have another one of the same provider linked. Unlink that first.",
  "last-way-in":
    "Without it you could not sign in any more. Set a password or link another one first.",
  "not-signed-in": "You were signed out meanwhile. Sign in, then begin again.",
};

/** What to say for a `code` that a sign-in came back with. */
export function failureWords(code: string): string {
  return byCode[code] ?? "That did not work. Begin again, or sign in another way.";
}
