/** Every word of second factors. */
export const words = {
  title: "Second factor",
  note: "Asked for after the password, so that a stolen password is not enough.",
  codes: "Codes of an authenticator app",
  codesOn: "On",
  codesOff: "Off. Any app that makes six-digit codes will do.",
  setUpCodes: "Set up codes",
  turnOff: "Turn off",
  passkeys: "Passkeys",
  noPasskeys: "None yet. A passkey is this device’s own lock, or a security key.",
  passkeysNowhere: "This browser offers passkeys only over HTTPS, or on localhost.",
  addPasskey: "Add a passkey",
  passkeyName: "What is it called?",
  passkeyNameHint: "So that you know it again: “Laptop”, “Key ring”.",
  passkeyNotMade: "No passkey was made. Try again, or use codes.",
  remove: "Remove",
  removeNamed: (name: string) => `Remove ${name}`,
  removed: (name: string) => `${name} is no longer asked for.`,
  usedLast: (when: string) => `used ${when}`,
  neverUsed: "never used",
  recovery: "Recovery codes",
  recoveryLeft: (left: number) =>
    left === 1 ? "One is left. Each opens once." : `${left} are left. Each opens once.`,
  newRecovery: "Make new ones",

  scan: "Scan this with your authenticator app, or type the secret into it.",
  picture: "The secret as a QR code",
  secret: "Secret",
  code: "Code",
  codeHint: "The six digits that the app shows now.",
  confirm: "Turn on",
  confirming: "Checking",
  cancel: "Cancel",
  done: "Done",
  copy: "Copy",
  copied: "Copied.",
  keepTitle: "Keep these codes",
  keepLead:
    "Each opens your account once, should the app or the passkey be lost. They are shown only now: print them, or put them into a password manager.",

  proofTitle: "Is it you?",
  proofLead: "This changes who may do what, or cannot be undone. Show once more that it is you.",
  password: "Password",
  recoveryCode: "Code, or recovery code",
  withPasskey: "Use a passkey",
  goOn: "Go on",
  failed: "That did not work. Nothing was changed.",
} as const;

const byCode: Record<string, string> = {
  "wrong-code": "This code is not right, or it was used already. Take the next one.",
  "wrong-credentials": "This is not your password.",
  "not-allowed":
    "You have no password here. Sign out and in again: for ten minutes, that shows that it is you.",
  "challenge-over": "That took too long. Begin again.",
  "too-many-attempts": "Too many attempts. Wait some minutes.",
  unreachable: "The server cannot be reached. Try again.",
};

export function failureWords(code: string): string {
  return byCode[code] ?? words.failed;
}
