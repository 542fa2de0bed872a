/** What of the audit trail is wanted, as it stands in the address of the page. Pure. */

export interface AuditFilters {
  text: string;
  action: string;
  outcome: string;
  actor: string;
  subject: string;
  /** Days, as `2026-11-28`, of the reader's own calendar; both are included. */
  since: string;
  until: string;
}

export const noFilters: AuditFilters = {
  text: "",
  action: "",
  outcome: "",
  actor: "",
  subject: "",
  since: "",
  until: "",
};

const names: readonly (keyof AuditFilters)[] = [
  "text",
  "action",
  "outcome",
  "actor",
  "subject",
  "since",
  "until",
];

export function filtersIn(search: URLSearchParams): AuditFilters {
  return {
    ...noFilters,
    ...Object.fromEntries(names.map((name) => [name, search.get(name) ?? ""])),
  };
}

export function searchOf(filters: AuditFilters): URLSearchParams {
  return new URLSearchParams(
    names.flatMap((name) => (filters[name] ? [[name, filters[name]]] : [])),
  );
}

export function isFiltered(filters: AuditFilters): boolean {
  return names.some((name) => filters[name].trim() !== "");
}

/** As the server takes them: days become moments, from the first one's beginning to the last one's end. */
export function queryOf(filters: AuditFilters): Record<string, string> {
  const { since, until, text, ...rest } = filters;
  const query = { ...rest, text: text.trim(), since: startOf(since, 0), until: startOf(until, 1) };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ""));
}

function startOf(day: string, daysLater: number): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return "";
  // Without an hour a date would be read as London's; with one it is the reader's own.
  const moment = new Date(`${day}T00:00`);
  if (Number.isNaN(moment.getTime())) return "";
  moment.setDate(moment.getDate() + daysLater);
  return moment.toISOString();
}
