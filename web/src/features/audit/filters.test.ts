/** What is wanted of the audit trail: from the address and back, and as the server is asked for it. */
import { expect, it } from "vitest";
import { filtersIn, isFiltered, noFilters, queryOf, searchOf } from "./filters";

const some = { ...noFilters, text: "eve cleared", outcome: "failed", since: "2026-11-03" };

it("comes back from the address as it went in", () => {
  expect(searchOf(some).toString()).toBe("text=eve+cleared&outcome=failed&since=2026-11-03");
  expect(filtersIn(searchOf(some))).toEqual(some);
  expect(filtersIn(new URLSearchParams("more=1"))).toEqual(noFilters);
});

it("knows whether anything is wanted at all", () => {
  expect(isFiltered(some)).toBe(true);
  expect(isFiltered({ ...noFilters, text: "  " })).toBe(false);
});

it("asks for days from the beginning of the first to the end of the last, where the reader is", () => {
  const query = queryOf({ ...noFilters, text: " eve ", since: "2026-11-03", until: "2026-11-30" });

  expect(query).toEqual({
    text: "eve",
    since: new Date(2026, 10, 3).toISOString(),
    until: new Date(2026, 11, 1).toISOString(),
  });
});

it.each(["", "yesterday", "2026-11", "2026-99-01"])("leaves out %j, which is no day", (since) => {
  expect(queryOf({ ...noFilters, since })).toEqual({});
});
