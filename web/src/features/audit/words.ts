/** Every word about who did what. */
import type { AuditRecord, Verdict } from "../../shared/api/types";

export const words = {
  title: "Audit",
  lead: "Who did what, on what, from where and how it ended. Rows are never changed; nothing of what people wrote is in them.",
  records: "What was done",
  search: "Search",
  searchHint: "Name, action, address, id…",
  what: "What",
  anything: "Anything",
  outcome: "Outcome",
  anyOutcome: "Any outcome",
  from: "From",
  to: "To",
  filters: "Filters",
  clear: "Clear all filters",
  only: (name: string) => `Only ${name}`,
  onlyThis: "Only this one",
  onlyTheirs: "Only theirs",
  export: "Export",
  exportHint: "Download what is found as JSON, a row in each line",
  emptyTitle: "Nothing has been done yet",
  emptyLead: "A row appears here with every sign-in, change, export and deletion.",
  noMatchTitle: "Nothing matches",
  noMatchLead: "No row has all of what is chosen above.",
  more: "Show older",
  columns: { what: "What", who: "Who", on: "On", when: "When" },
  somebody: "Somebody unknown",
  system: "The server",
  actor: "Who",
  subject: "On",
  address: "From",
  request: "Request",
  client: "Client",
  time: "Time",
  row: "Row",
  hash: "Hash",
  before: "Hash before",
  yes: "yes",
  no: "no",
  verify: "Verify",
  verifyAgain: "Verify again",
  verifying: "Verifying",
  notVerified: "Not verified since the server started",
  verified: (rows: number) => `Verified up to row ${count(rows)}`,
  partly: (rows: number) => `Verified up to row ${count(rows)}; there was no time for the rest`,
  notWhole: "The audit trail is not as it was written",
  cannotVerify: "That could not be verified. Try again.",
} as const;

/** Actions, as people say them. An action that is not here is shown by its own name. */
const actions: Record<string, string> = {
  "access.refused": "Was refused",
  "account.linked": "Linked an account elsewhere",
  "account.unlinked": "Unlinked an account elsewhere",
  "audit.exported": "Exported the audit trail",
  "audit.read": "Looked at the audit trail",
  "audit.verified": "Verified the audit trail",
  "batch.deleted": "Deleted a batch job",
  "batch.exported": "Downloaded results",
  "cache.cleared": "Cleared kept answers",
  "provider.added": "Added a sign-in provider",
  "provider.changed": "Changed a sign-in provider",
  "provider.enabled": "Switched on a sign-in provider",
  "provider.disabled": "Switched off a sign-in provider",
  "provider.removed": "Deleted a sign-in provider",
  "provider.restored": "Brought back a sign-in provider",
  "provider.tested": "Tested a sign-in provider",
  "connection.added": "Added a connection",
  "connection.changed": "Changed a connection",
  "connection.removed": "Removed a connection",
  "connection.tested": "Tested a connection",
  "conversation.looked-into": "Looked into a conversation",
  "conversation.deleted": "Deleted a conversation",
  "conversation.left": "Left a shared conversation",
  "conversation.restored": "Restored a conversation",
  "conversation.shared": "Shared a conversation",
  "conversation.unshared": "Shared it no longer",
  "conversations.listed": "Listed somebody's conversations",
  "conversations.purged": "Purged deleted conversations",
  "download.discarded": "Discarded a download",
  "download.paused": "Paused a download",
  "download.resumed": "Resumed a download",
  "download.started": "Started a download",
  "group.added": "Made a group",
  "group.changed": "Changed a group",
  "group.people-added": "Put people into a group",
  "group.person-removed": "Took somebody out of a group",
  "group.removed": "Deleted a group",
  "key.added": "Made a key",
  "key.changed": "Changed a key",
  "key.revoked": "Revoked a key",
  "key.rotated": "Rotated a key",
  "key.used-elsewhere": "Used a key from where it may not be",
  "model.deleted": "Deleted a model",
  "model.loaded": "Loaded a model",
  "model.quantised": "Quantised a model",
  "model.unloaded": "Unloaded a model",
  "password.changed": "Changed the password",
  "password.link-made": "Made a link for a new password",
  "password.reset": "Chose a new password by a link",
  "person.changed": "Changed a person",
  "person.deleted": "Deleted a person",
  "person.invited": "Invited somebody",
  "person.joined": "Joined by an invitation",
  "person.registered": "Registered",
  "policies.changed": "Changed who may register",
  "quantisation.stopped": "Stopped quantising",
  "refusals.left-out": "Left out refusals",
  "role.added": "Made a role",
  "role.changed": "Changed a role",
  "role.removed": "Removed a role",
  "route.changed": "Changed a route",
  "route.made": "Made a route",
  "route.removed": "Removed a route",
  "second-factor.added": "Set up a second factor",
  "second-factor.removed": "Removed a second factor",
  "second-factor.renewed": "Made new recovery codes",
  "service.added": "Made a service account",
  "session.closed": "Signed out",
  "session.opened": "Signed in",
  "sessions.closed": "Signed out everywhere",
  "target.reset": "Reset a target",
  "workspace.handed-over": "Handed the workspace over",
  "workspace.set-up": "Set up the workspace",
};

export function actionWords(action: string): string {
  return actions[action] ?? action;
}

/** Groups of actions by how they begin, for the filter. */
export const actionGroups: readonly { prefix: string; label: string }[] = [
  { prefix: "session", label: "Sign-ins" },
  { prefix: "person.", label: "People" },
  { prefix: "group.", label: "Groups" },
  { prefix: "role.", label: "Roles" },
  { prefix: "password.", label: "Passwords" },
  { prefix: "second-factor.", label: "Second factors" },
  { prefix: "key.", label: "Keys of programs" },
  { prefix: "access.", label: "Refusals" },
  { prefix: "provider.", label: "Sign-in providers" },
  { prefix: "connection.", label: "Connections and keys" },
  { prefix: "route.", label: "Routes" },
  { prefix: "model.", label: "Models" },
  { prefix: "download.", label: "Downloads" },
  { prefix: "conversation", label: "Conversations" },
  { prefix: "batch.", label: "Batch jobs" },
  { prefix: "cache.", label: "Kept answers" },
  { prefix: "audit.", label: "The audit trail" },
];

export const outcomeWords: Record<AuditRecord["outcome"], string> = {
  done: "Done",
  refused: "Refused",
  failed: "Failed",
};

export function actorWords({ kind, name, id }: AuditRecord["actor"]): string {
  if (name !== null) return name;
  if (kind === "system") return words.system;
  return id ?? words.somebody;
}

/** What was acted on, as short as it is still known: its name where one was told, or else its id. */
export function subjectWords({ subject, details }: AuditRecord): string {
  const { name } = details;
  if (typeof name === "string" && name !== "") return name;
  if (subject === null) return "";
  return subject.kind === "path" || subject.kind === "target"
    ? subject.id
    : `${subject.kind} ${shortId(subject.id)}`;
}

/** Ids of ours are told apart by their end. */
export function shortId(id: string): string {
  return /^[0-9a-f-]{36}$/.test(id) ? `…${id.slice(-6)}` : id;
}

export function detailWords(value: AuditRecord["details"][string]): string {
  if (typeof value === "boolean") return value ? words.yes : words.no;
  return typeof value === "number" ? count(value) : value;
}

export function verdictWords({ rows, complete, fault }: Verdict): string {
  if (fault !== null) return fault.detail;
  return complete ? words.verified(rows) : words.partly(rows);
}

function count(number: number): string {
  return number.toLocaleString("en");
}

const exactTimes = new Intl.DateTimeFormat("en", { dateStyle: "full", timeStyle: "long" });

export function exactTime(iso: string): string {
  return exactTimes.format(new Date(iso));
}
