/** Every word of the door, the set-up and the account. */
export const words = {
  signIn: "Sign in",
  halfWayLead: "Your other account was recognised. One step is left.",
  halfWayOver: "That took too long. Sign in again.",
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
  withRecoveryCode: "Use a recovery code",
  withCode: "Use a code of the app",
  withPasskey: "Use a passkey",
  back: "Back",

  tooManyAttempts: "Too many attempts.",
  welcomeBack: "Sign in again",
  expired: "Your session has ended. This page and what you wrote are kept.",
  asSomebodyElse: "Sign in as somebody else",

  join: "You are invited",
  joinLead: (role: string) =>
    `Choose a name and a password, and you are in as ${role.toLowerCase()}.`,
  joinNow: "Join",
  joinFailed: "This link does not work.",
  register: "Register",
  registerWaits: "You wait until somebody approves.",
  registerByMail: "You are sent a link to go on with.",
  registerOpen: "You are in at once.",
  onlyDomains: (domains: string) => ` Only for addresses of ${domains}.`,
  registered: {
    in: "You are in.",
    waits: "Thank you. You can sign in once somebody has approved.",
    mailed: "Look into your mail: if this address may register, a link is on its way.",
  },
  forgot: "Forgot your password?",
  forgotLead: "Say your address, and a link to choose a new one is sent to it.",
  forgotSent: "If somebody here has this address, a link is on its way. It is good for an hour.",
  sendLink: "Send the link",
  newPassword: "A new password",
  newPasswordLead: "Every device is signed out, and you are signed in here.",
  choosePassword: "Use this password",
  failed: "That did not work. Try again.",

  profile: "Your profile",
  profileLead: "Your name, your password, and where you are signed in.",
  saveName: "Save the name",
  nameSaved: "Your name was changed",
  undone: "It is as before",
  changePassword: "Password",
  changePasswordNote: "Every other device is signed out",
  noPassword: "You sign in elsewhere, so that there is no password here.",
  oldPassword: "Password until now",
  passwordChanged: "Your password was changed, and every other device is signed out",
  devices: "Devices",
  devicesNote: "Where you are signed in",
  thisDevice: "This device",
  used: (when: string) => `Used ${when}`,
  since: (when: string) => `Signed in ${when}`,
  unknownDevice: "A program",
  signDeviceOut: (device: string) => `Sign out ${device}`,
  deviceSignedOut: "That device is signed out",
  signOthersOut: "Sign out all others",
  othersSignedOut: "Every other device is signed out",
  handOver: "Hand the workspace over",
  handOverNote: "Somebody else becomes the owner",
  handOverLead:
    "Everything stays as it is. You become an admin, and only the new owner can give it back.",
  heir: "New owner",
  noHeir: "Choose somebody",
  handOverNow: "Hand it over",
  handedOver: (name: string) => `${name} owns the workspace now`,
  deleteAccount: "Delete your account",
  deleteNote: "With everything that is yours",
  deleteOwner: "You own the workspace. Hand it over before you delete your account.",
  deleteNow: "Delete my account",
  deleteTitle: "Delete your account?",
  deleteLead: "You are signed out everywhere, and this goes for good:",
  deleteNothing: "Nothing else is yours.",
  lost: {
    conversations: (many: number) => (many === 1 ? "one conversation" : `${many} conversations`),
    batches: (many: number) => (many === 1 ? "one batch job" : `${many} batch jobs`),
    connections: (many: number) =>
      many === 1 ? "one connection of your own" : `${many} connections of your own`,
    keys: (many: number) =>
      many === 1 ? "one key, whose program is refused" : `${many} keys, whose programs are refused`,
  },

  account: "Account of",
  theme: "Theme",
  signOut: "Sign out",
  signOutEverywhere: "Sign out everywhere",
  everywhereTitle: "Sign out everywhere?",
  everywhereLead:
    "Every browser and program you are signed in with is signed out, this one too. Answers that are being written go on.",
  cancel: "Cancel",
  unsentTitle: "Sign out all the same?",
  unsentLead: (count: number) =>
    count === 1
      ? "1 message was not sent yet. Signing out deletes it from this browser."
      : `${count} messages were not sent yet. Signing out deletes them from this browser.`,
  signOutFailed: "You are still signed in: the server could not be reached. Try again.",
} as const;

const byCode: Record<string, string> = {
  "wrong-credentials": "This e-mail and password do not belong together. Check both and try again.",
  "wrong-code": "This code is not right, or it was used already. Take the next one.",
  "challenge-over": "That took too long. Go back, and enter your password again.",
  "setup-already-done": "This workspace has its owner already.",
  unreachable: "The server cannot be reached. What you entered is kept; try again.",
  "email-taken": "Somebody here has this address. If it is you, sign in with it.",
  "link-spent": "It was used, taken back, or is too old. Ask whoever sent it for a new one.",
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
