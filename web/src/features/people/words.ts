/** Every word about people, groups, roles and who may register. */

export const words = {
  people: "People",
  peopleLead: "Who is in this workspace, what they may do, and who may come in.",
  invite: "Invite",
  search: "Search by name or e-mail",
  state: "State",
  anyState: "Everybody",
  role: "Role",
  anyRole: "Any role",
  list: "People of this workspace",
  showMore: "Show more",
  you: "You",
  account: "Service account",
  states: {
    active: "Active",
    waiting: "Waits for approval",
    disabled: "Disabled",
    leaving: "Going",
  },
  neverSeen: "Not signed in",
  seen: (when: string) => `Here ${when}`,
  waiting: (people: number) =>
    people === 1 ? "One person waits for approval." : `${people} people wait for approval.`,
  showWaiting: "Show them",
  nobodyTitle: "Nobody like that",
  nobodyLead: "Nobody matches the search. Try fewer letters, or another state.",
  aloneTitle: "It is only you so far",
  aloneLead:
    "Invite somebody with a link: it works once, and whoever has it chooses a name and a password. No mail server is needed.",

  more: (name: string) => `More for ${name}`,
  approve: "Approve",
  edit: "Role and groups",
  disable: "Disable",
  enable: "Enable",
  resetPassword: "Link for a new password",
  keys: "Keys",
  signOutAll: "Sign out everywhere",
  delete: "Delete",
  approved: (name: string) => `${name} can come in now`,
  disabled: (name: string) => `${name} was disabled and is signed out`,
  enabled: (name: string) => `${name} can come in again`,
  signedOut: (name: string) => `${name} was signed out everywhere`,
  changed: (name: string) => `${name} was changed`,
  undone: (name: string) => `${name} is as before`,
  deleted: (name: string) => `${name} was deleted`,

  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteLead: (name: string) => `${name} is signed out at once, and this goes with them for good:`,
  deleteNothing: "Nothing else is theirs.",
  deleteNote: "Disable them instead if they may come back: then nothing is lost.",
  lost: {
    conversations: (many: number) => (many === 1 ? "one conversation" : `${many} conversations`),
    batches: (many: number) => (many === 1 ? "one batch job" : `${many} batch jobs`),
    connections: (many: number) =>
      many === 1 ? "one own connection, with its key" : `${many} own connections, with their keys`,
    keys: (many: number) =>
      many === 1 ? "one key, whose program is refused" : `${many} keys, whose programs are refused`,
  },

  editTitle: (name: string) => name,
  groups: "Groups",
  noGroups: "There is no group yet.",
  save: "Save",
  allTheSame: "Change it all the same",

  inviteTitle: "Invite somebody",
  inviteLead:
    "The link works once and for seven days. Whoever has it can join, so pass it on with care.",
  email: "E-mail (optional)",
  emailHint: "Then the link is good for this address alone.",
  makeLink: "Make the link",
  linkReady: "Pass this link on. It is shown only now.",
  mailed: (email: string) => `The link was also sent to ${email}.`,
  link: "Link",
  copy: "Copy the link",
  copied: "The link was copied",
  notCopied: "The browser does not let the page copy. Select the link and copy it by hand.",
  resetTitle: (name: string) => `A new password for ${name}`,
  resetLead: "Whoever has this link can choose a new password, once. It is shown only now.",

  invitations: "Open invitations",
  invitationsNote: "Links that nobody has used yet",
  anybody: "Whoever has the link",
  asRole: (role: string) => `as ${role}`,
  until: (when: string) => `good until ${when}`,
  revoke: "Take back",
  revokeOf: (who: string) => `Take back the invitation for ${who}`,
  revoked: "The invitation was taken back; its link no longer works",

  addAccount: "Add a service account",
  accountTitle: "Add a service account",
  accountLead:
    "For programs that act apart from any person. Nobody can sign in to it; it can be put into groups like a person.",
  name: "Name",
  nameMissing: "It needs a name.",
  add: "Add",
  added: (name: string) => `${name} was added`,

  groupsTitle: "Groups",
  groupsLead:
    "People together. What a group allows, everybody in it may do besides what their role allows.",
  makeGroup: "Make a group",
  noGroupTitle: "No group yet",
  noGroupLead: "With a group, several people are given something at once, and lose it together.",
  description: "What it is for",
  groupAllows: "Allows besides the role",
  groupModels: "Models",
  groupModelsHint:
    "Names with commas between them, * for anything. Whoever is in groups that name models may ask those and no others; empty, this group says nothing of models.",
  allowsNothing: "Allows nothing besides the role",
  inGroup: (people: number) =>
    people === 0 ? "nobody" : people === 1 ? "one person" : `${people} people`,
  showPeople: "People in it",
  putIn: "Put in",
  takeOut: (name: string) => `Take ${name} out`,
  takenOut: (name: string) => `${name} was taken out`,
  putBack: (name: string) => `${name} is in it again`,
  nobodyInIt: "Nobody is in it yet.",
  putSomebodyIn: "Put somebody in",
  nobodyChosen: "Choose somebody",
  groupMade: (name: string) => `The group ${name} was made`,
  groupChanged: (name: string) => `The group ${name} was changed`,
  groupDeleted: (name: string) => `The group ${name} was deleted`,
  groupDeleteTitle: (name: string) => `Delete the group ${name}?`,
  groupDeleteLead: (people: number) =>
    people === 0
      ? "Nobody is in it."
      : `${people === 1 ? "One person loses" : `${people} people lose`} what it allows. They stay in the workspace.`,
  editGroup: "Edit",

  rolesTitle: "Roles",
  rolesLead: "What people may do by what they are. Everybody has one role; groups add to it.",
  makeRole: "Make a role",
  roleTable: "What each role allows",
  permission: "Permission",
  builtIn: "Built in",
  differs: "Changed",
  reset: "Put back to the default",
  wasReset: (name: string) => `${name} is as by default again`,
  ownerMay: "The owner may do everything, so that somebody can always mend the rest.",
  roleMade: (name: string) => `The role ${name} was made`,
  roleChanged: (name: string) => `The role ${name} was changed`,
  roleDeleted: (name: string) => `The role ${name} was deleted`,
  roleDeleteTitle: (name: string) => `Delete the role ${name}?`,
  roleDeleteLead: (people: number) =>
    people === 0
      ? "Nobody has it."
      : `${people === 1 ? "One person has it and becomes" : `${people} people have it and become`} a member.`,
  allowed: "allowed",
  notAllowed: "not allowed",
  permissions: "Permissions",

  conversations: "Conversations",
  conversationsOf: (name: string) => `Conversations of ${name}`,

  accessTitle: "Registration",
  accessLead: "Who may come in without being invited, and who may look into conversations.",
  registration: "Registration",
  registrationNote: "Invitations work in any case",
  closed: "Closed",
  closedHint: "Nobody comes in without an invitation.",
  approval: "With approval",
  approvalHint: "Whoever registers waits until somebody approves.",
  open: "Open",
  openHint: "Whoever registers is in at once, as a member.",
  domains: "Only addresses of these domains",
  domainsHint: "Separated by commas. Left empty: any address.",
  proven: "Whoever registers is sent a link, which proves the address.",
  unproven:
    "The server cannot send mail, so that an address cannot be proven: somebody has to approve.",
  readAll: "Conversations of others",
  readAllNote: "Nobody looks unless it is allowed here",
  readAllCheck:
    "Whoever has the permission may look into other people's conversations, and they are told",
  keyProof: "Keys of programs",
  keyProofNote: "A key lasts longer than a sign-in",
  keyProofCheck: "Whoever makes or changes a key shows once more that it is really them",
  saved: "This holds from now on",

  failed: "That did not work. Try again.",
} as const;

const failures: Record<string, string> = {
  "email-taken": "Somebody here has this address already.",
  "name-taken": "This name is taken. Choose another.",
  unreachable: "The server cannot be reached. What you entered is still here; try again.",
};

/** What to say for a failure with this `code`; the server's own sentence where we have none. */
export function failureWords(code: string, message: string): string {
  return failures[code] ?? message;
}
