import { useSearchParams } from "wouter";
import { AuditPage } from "../features/audit/AuditPage";
import { filtersIn, searchOf } from "../features/audit/filters";
import { PlainPage } from "./PlainPage";
import { words } from "./words";

/** `/audit`: who did what. What is looked for stands in the address, and typing leaves no trail in the history. */
export function AuditRoute() {
  const [search, setSearch] = useSearchParams();
  return (
    <PlainPage title={words.audit}>
      <AuditPage
        filters={filtersIn(search)}
        onFilters={(filters) => setSearch(searchOf(filters), { replace: true })}
      />
    </PlainPage>
  );
}
