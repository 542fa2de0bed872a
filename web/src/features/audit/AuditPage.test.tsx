/** The audit page: what is said of each act, how it is found, and whether the trail is whole. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { beforeEach, expect, it, vi } from "vitest";
import type { AuditRecord, Verdict } from "../../shared/api/types";
import { fakeServer, type FakeServer, page, problem } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { AuditPage } from "./AuditPage";
import { type AuditFilters, noFilters } from "./filters";
import { actionWords, subjectWords } from "./words";

function aRecord(more: Partial<AuditRecord> = {}): AuditRecord {
  return {
    sequence: 7,
    at: new Date(Date.now() - 180_000).toISOString(),
    action: "route.changed",
    outcome: "done",
    actor: { kind: "person", id: "ada-id", name: "Ada" },
    subject: { kind: "route", id: "r-1" },
    origin: { address: "192.0.2.7", request_id: "req-1", user_agent: "A browser" },
    details: { name: "smart", version: 3 },
    previous: "00".repeat(32),
    hash: "ab".repeat(32),
    ...more,
  };
}

const whole: Verdict = {
  rows: 1234,
  head: `1234:${"ab".repeat(32)}`,
  fault: null,
  complete: true,
  checked_at: new Date(Date.now() - 180_000).toISOString(),
};

const onFilters = vi.fn<(filters: AuditFilters) => void>();
let server: FakeServer;

function show(records: AuditRecord[], verified: Verdict | null = null, first = noFilters) {
  server.answer({ "GET /api/audit": page(records, { verified }) });
  function Shown() {
    const [filters, setFilters] = useState(first);
    return (
      <AuditPage
        filters={filters}
        onFilters={(next) => {
          onFilters(next);
          setFilters(next);
        }}
      />
    );
  }
  renderPage(<Shown />);
}

beforeEach(() => {
  onFilters.mockReset();
  server = fakeServer({});
});

it("says who did what, on what and when, and how it ended where it was not done", async () => {
  show([aRecord(), aRecord({ sequence: 6, outcome: "refused", action: "access.refused" })]);

  const list = await screen.findByRole("list", { name: "What was done" });

  const [changed, refused] = within(list).getAllByRole("listitem");
  expect(changed?.querySelector("summary")?.textContent).toBe(
    "Changed a routeAdasmart3\u00a0min ago",
  );
  expect(refused?.querySelector("summary")?.textContent).toContain("Was refusedRefused");
  expect(changed?.querySelector("time")?.title).toMatch(/\d{4}/);
});

it("shows all that is known of a row, and finds others like it", async () => {
  show([aRecord()]);

  await userEvent.click(await screen.findByText("Changed a route"));

  const facts = screen.getAllByRole("definition").map(({ textContent }) => textContent);
  expect(facts).toContain("192.0.2.7");
  expect(facts).toContain("A browser");
  expect(facts).toContain("ab".repeat(32));
  await userEvent.click(screen.getByRole("button", { name: "Only theirs" }));
  expect(onFilters).toHaveBeenLastCalledWith({ ...noFilters, actor: "ada-id" });
  await userEvent.click(screen.getByRole("button", { name: "Only this one" }));
  expect(onFilters).toHaveBeenLastCalledWith({ ...noFilters, actor: "ada-id", subject: "r-1" });
});

it("asks once somebody has stopped typing, and says so where nothing matches", async () => {
  show([aRecord()]);
  await screen.findByText("Changed a route");
  server.answer({ "GET /api/audit?text=wombat": page([], { verified: null }) });

  await userEvent.type(screen.getByLabelText("Search"), "wombat");

  expect(await screen.findByText("Nothing matches")).toBeTruthy();
  const asked = server.calls.map(({ path }) => path);
  expect(asked).toEqual(["/api/audit", "/api/audit?text=wombat"]);
  expect(screen.getByRole("link", { name: "Export" }).getAttribute("href")).toBe(
    "/api/audit/export?text=wombat",
  );
  await userEvent.click(screen.getByRole("button", { name: "Clear all filters" }));
  expect(await screen.findByText("Changed a route")).toBeTruthy();
});

it("says what will be here where nothing has been done", async () => {
  show([]);

  expect(await screen.findByText("Nothing has been done yet")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Clear all filters" })).toBeNull();
});

it("goes on to older rows", async () => {
  server.answer({
    "GET /api/audit": page([aRecord()], { verified: null, next_cursor: 7 }),
    "GET /api/audit?cursor=7": page([aRecord({ sequence: 6, action: "route.made" })], {
      verified: null,
    }),
  });
  renderPage(<AuditPage filters={noFilters} onFilters={onFilters} />);

  await userEvent.click(await screen.findByRole("button", { name: "Show older" }));

  expect(await screen.findByText("Made a route")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Show older" })).toBeNull();
});

it("verifies the trail, and says how far it is whole", async () => {
  show([aRecord()]);
  expect(await screen.findByText("Not verified since the server started")).toBeTruthy();
  server.answer({
    "POST /api/audit/verify": { body: whole },
    "GET /api/audit": page([aRecord()], { verified: whole }),
  });

  await userEvent.click(screen.getByRole("button", { name: "Verify" }));

  expect(await screen.findByText("Verified up to row 1,234")).toBeTruthy();
});

it("names the row where the trail is not as it was written", async () => {
  const fault = { sequence: 3, kind: "altered", detail: "Row 3 was altered." } as const;
  show([aRecord()], { ...whole, rows: 2, fault });

  expect(await screen.findByText("The audit trail is not as it was written")).toBeTruthy();
  expect(screen.getByText("Row 3 was altered.")).toBeTruthy();
});

it("does not say that all was verified where there was no time for it", async () => {
  show([aRecord()], { ...whole, complete: false });

  expect(await screen.findByText(/no time for the rest/)).toBeTruthy();
});

it("says that it could not be verified", async () => {
  show([aRecord()]);
  server.answer({ "POST /api/audit/verify": problem(409, "audit-being-verified") });

  await userEvent.click(await screen.findByRole("button", { name: "Verify" }));

  expect(await screen.findByText("That could not be verified. Try again.")).toBeTruthy();
});

it.each([
  [{ details: {} }, "route r-1"],
  [{ details: {}, subject: null }, ""],
  [
    { details: {}, subject: { kind: "batch", id: "019ff700-0000-7000-8000-0000000abcde" } },
    "batch …0abcde",
  ],
  [{ details: {}, subject: { kind: "path", id: "/api/cache" } }, "/api/cache"],
] as const)("%j is shown as “%s”", (more, text) => {
  expect(subjectWords(aRecord(more))).toBe(text);
});

it("shows an action that it has no words for by its own name", () => {
  expect(actionWords("budget.raised")).toBe("budget.raised");
});
