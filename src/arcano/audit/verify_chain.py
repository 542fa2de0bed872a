"""Is every row as it was written? Reads them in their order and names the first that is altered, missing or moved.

Rows that were cut off at the end leave a whole chain behind, and so does a chain that was written anew from some row on.
Both are seen only by somebody who knows the hash of a row from elsewhere: an anchor, as the log has them.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import DatabaseError

from arcano.audit.domain import Anchor, Fault, FaultKind, Verdict
from arcano.audit.errors import AuditBeingVerifiedError
from arcano.platform.audit_records import AUDIT_RECORDS, BEFORE_ALL, AuditRecord, digest_of
from arcano.platform.clock import Clock
from arcano.platform.database import Database

AT_ONCE = 1000
"""Rows in one unit of work: some 10 ms, so that nobody waits for a check of a million."""
MOST_SECONDS = 30.0
"""A check that somebody waits for at the page ends after that, and says how far it came."""
LOOKED_FOR_AROUND = 10_000
"""So far from its place a row is recognised as moved; further away it counts as altered."""

_ROWS = select(*AUDIT_RECORDS.c).order_by(AUDIT_RECORDS.c.sequence)
# What an altered row may raise before its hash can be taken.
_UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError)


class ChainCheck:
    """One walk along the chain, some rows in each `step`. `rows` of them were as they were written."""

    def __init__(self, anchors: Iterable[Anchor] = ()) -> None:
        self.rows = 0
        self.fault: Fault | None = None
        self._hash: bytes = BEFORE_ALL
        self._agreed = 0
        self._anchors = sorted(anchors, key=lambda anchor: anchor.sequence)

    @property
    def head(self) -> Anchor | None:
        """The last row that was as it was written."""
        return Anchor(self.rows, self._hash.hex()) if self.rows else None

    def step(self, connection: Connection, *, at_once: int = AT_ONCE) -> bool:
        """Look at the next rows. Returns whether it goes on: there may be more, and all was well so far."""
        rows = _read(connection, after=self.rows, limit=at_once)
        if rows is None:
            # One of them cannot even be read. Which?
            if at_once == 1:
                return self._found("altered", self.rows + 1, "It cannot be read")
            return self.step(connection, at_once=1)
        for row in rows:
            if not self._follows(row):
                return False
        if not rows:
            return self._ends()
        return True

    def _follows(self, row: Row[*tuple[Any, ...]]) -> bool:
        record = AuditRecord.of_row(row)
        place = self.rows + 1
        if record.sequence != place:
            return self._found("missing", place, f"The next that is there is row {record.sequence}")
        try:
            digest = digest_of(record)
        except _UNREADABLE:
            return self._found("altered", place, "It holds what was never written")
        if digest != record.hash:
            if (written_as := _written_as(record)) is not None:
                return self._found("moved", place, f"It was written as row {written_as}")
            return self._found("altered", place, "It does not have the hash that it was given")
        if record.previous != self._hash:
            # Both have their own hash, and the later one was made when the one before it had another.
            return self._found(
                "altered", max(1, place - 1), f"Row {place} was written after another one"
            )
        self.rows, self._hash = place, record.hash
        return self._agrees(record)

    def _agrees(self, record: AuditRecord) -> bool:
        while self._anchors and self._anchors[0].sequence <= record.sequence:
            anchor = self._anchors.pop(0)
            if anchor.sequence == record.sequence and not record.hash.hex().startswith(anchor.hash):
                self.rows = self._agreed
                return self._found(
                    "rewritten",
                    self._agreed + 1,
                    f"Somewhere from there to row {anchor.sequence} the rows were written anew: the log has "
                    f"another hash for row {anchor.sequence}",
                )
            self._agreed = record.sequence
        return True

    def _ends(self) -> bool:
        if self._anchors:
            last = self._anchors[-1]
            self._found(
                "missing", self.rows + 1, f"The log knows of rows up to {last.sequence} at least"
            )
        return False

    def _found(self, kind: FaultKind, sequence: int, because: str) -> bool:
        what = {
            "altered": "was altered",
            "missing": "is missing",
            "moved": "is not in its place",
            "rewritten": "is not the one that was written first",
        }[kind]
        self.fault = Fault(sequence, kind, f"Row {sequence} {what}. {because}.")
        return False


def _read(
    connection: Connection, *, after: int, limit: int
) -> Sequence[Row[*tuple[Any, ...]]] | None:
    """The next rows; None where one has what no text, time or number is."""
    wanted = _ROWS.where(AUDIT_RECORDS.c.sequence > after).limit(limit)
    try:
        return connection.execute(wanted).all()
    except _UNREADABLE:
        return None
    except DatabaseError as failure:
        if "decode" in str(failure.orig):
            return None
        raise


def _written_as(record: AuditRecord) -> int | None:
    """The number with which the row has the hash that it was given."""
    for distance in range(1, LOOKED_FOR_AROUND):
        for sequence in (record.sequence + distance, record.sequence - distance):
            if sequence > 0 and digest_of(record, sequence=sequence) == record.hash:
                return sequence
    return None


class ChainVerifier:
    """Checks the chain of a server that runs, one check at a time, and remembers what the last one found."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._checking = False
        self.latest: Verdict | None = None

    async def verify(self, anchors: Sequence[Anchor]) -> Verdict:
        """Look at every row, for `MOST_SECONDS` at most.

        Raises:
            AuditBeingVerifiedError: Somebody else does; wait for them.
        """
        if self._checking:
            raise AuditBeingVerifiedError(
                "The audit trail is being checked already. Wait a moment."
            )
        self._checking = True
        try:
            return await self._verify(ChainCheck(anchors))
        finally:
            self._checking = False

    async def _verify(self, check: ChainCheck) -> Verdict:
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + MOST_SECONDS
        goes_on = True
        while goes_on and loop.time() < give_up_at:
            goes_on = await self._database.read(check.step)
        self.latest = Verdict(
            check.rows, check.head, check.fault, not goes_on, checked_at=self._clock.now()
        )
        return self.latest
