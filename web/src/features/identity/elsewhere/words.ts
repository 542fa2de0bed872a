/** Every word about accounts elsewhere. */
import type { SignInSettings } from "../../../shared/api/types";

export const words = {
  or: "or",
  signInWith: (label: string) => `Sign in with ${label}`,
  firebaseLead: (label: string) => `With your account at ${label}, which alone sees this password.`,

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
  nothingLead: "Add Google, GitHub, any OpenID Connect provider or Firebase.",
  setInSettings: "Set in the settings of the server",
  isEnabled: "People sign in by it",
  isDisabled: "Switched off",
  network: "Network",
  deedsOf: (label: string) => `What to do with ${label}`,
  change: "Change",
  enable: "Switch on",
  disable: "Switch off",
  delete: "Delete",
  cancel: "Cancel",
  add: "Add",
  save: "Save",
  addTitle: "Add a provider",
  changeTitle: (label: string) => `Change ${label}`,
  added: (label: string) => `People can sign in with ${label} now`,
  changed: (label: string) => `${label} was changed`,
  enabled: (label: string) => `People can sign in with ${label} again`,
  disabled: (label: string) => `${label} is switched off`,
  deleted: (label: string) => `${label} was deleted`,
  restored: (label: string) => `${label} is back`,
  disableTitle: (label: string) => `Switch off ${label}?`,
  deleteTitle: (label: string) => `Delete ${label}?`,
  nobodyLoss: "Nobody here has an account of it.",
  accountsLoss: (count: number) =>
    count === 1
      ? "1 person has an account of it and can no longer sign in with it."
      : `${count} people have accounts of it and can no longer sign in with them.`,
  onlyWayLoss: (count: number) =>
    count === 1
      ? "1 of them has no other way in, and is signed out everywhere."
      : `${count} of them have no other way in, and are signed out everywhere.`,
  deleteUndo: "It can be brought back for an hour. After that its accounts are forgotten.",
  disableUndo: "Accounts are kept until it is switched on again.",

  kind: "Kind",
  name: "Short name",
  nameHint: "Stands in the address to register. It cannot be changed later.",
  registerHint: "Enter this at the provider as the redirect address.",
  copy: "Copy",
  copied: "Copied",
  notCopied: "Could not be copied. Select it and copy it by hand.",
  label: "Name on the button",
  labelHint: "Left empty, it is called by its kind or short name.",
  issuerHint: "The provider's address, exactly as its discovery document says it.",
  enterprise: "Address of the server",
  enterpriseHint: "Only for GitHub Enterprise. Left empty, it is github.com.",
  project: "Project ID",
  clientId: "Client ID",
  secret: "Client secret",
  secretHint: "Kept sealed, and shown to nobody again.",
  secretKept: "One is kept. Left empty, it stays as it is.",
  newPeopleWho: "People who have no account here yet",
  more: "Groups, roles and more",
  domainsField: "Only addresses of these domains",
  domainsHint: "Separated by commas. Left empty, all are let in.",
  scopesField: "Scopes",
  scopesHint: "Left empty, what is usual for the kind is asked for.",
  groupClaim: "Claim with groups",
  groupClaimHint: "Such as groups or realm_access.roles. Left empty, it says nothing about groups.",
  groupNames: "What groups are called here",
  groupNamesHint: "A line each, as: value there = group here. Others keep their name.",
  makeGroups: "Make groups that do not exist here yet",
  roleClaim: "Claim with the role",
  roleClaimHint: "Left empty, roles are given here alone.",
  roleNames: "Which role a value gives",
  roleNamesHint: "A line each, as: value there = role here. Without any, people are members.",
  trustsEmailHint:
    "Though it does not say so. Only where nobody can choose their own address there.",
  secondFactorWho: "Second factor of people who have one here",
  isPrivate: "May be on this server’s own network",
  isPrivateHint: "For a provider at a private address, such as one in your own house.",
  testResult: "What the test found",
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
  secondFactor: "Second factor",
} as const;

export const newPeopleWords: Record<SignInSettings["new_people"], string> = {
  refuse: "are refused",
  wait: "wait for an approval",
  "let-in": "are let in",
};

export const secondFactorWords: Record<SignInSettings["second_factor"], string> = {
  always: "is always asked for",
  "unless-vouched": "is asked for, unless the provider says that it saw one",
  never: "is not asked for",
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

const byDeed: Record<string, string> = {
  "sign-in-provider-changed":
    "Somebody else changed it meanwhile. Close this, look again, then change it.",
  unreachable: "The server cannot be reached. Try again.",
};

/** Why a provider could not be kept, changed or closed. The server's own words name the field. */
export function deedFailure({ code, detail }: { code: string; detail?: string | null }): string {
  return byDeed[code] ?? detail ?? "That did not work. Try again.";
}
