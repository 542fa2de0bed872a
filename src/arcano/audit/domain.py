"""What is asked of the audit trail, and what a check of it finds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from typing_extensions import override

from arcano.audit.errors import BadAnchorError
from arcano.platform.audit_records import Outcome

_ANCHOR = re.compile(r"(\d{1,18}):([0-9a-f]{16,64})")
_IN_LOG = re.compile(rf"audit head is {_ANCHOR.pattern}")


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows are wanted; None: all. `action` is how it begins, `text` words that are all in the row somewhere."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """By what it chooses, without saying what was looked for."""
        return tuple(name for name in AuditFilter.__slots__ if getattr(self, name) is not None)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A row's number and its hash in hexadecimal, or at least the first 16 digits of that."""

    sequence: int
    hash: str

    @override
    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `1234:abcd…`, as the log has it.

        Raises:
            BadAnchorError: It is none.
        """
        found = _ANCHOR.fullmatch(text.strip().lower())
        if found is None:
            raise BadAnchorError(
                f"{text[:100]!r} is no anchor. It looks like 1234:0a1b…, as after `audit head is` in the log."
            )
        return cls(int(found[1]), found[2])

    @classmethod
    def all_in(cls, lines: Iterable[str]) -> list[Self]:
        """Every anchor that was written into a log."""
        return [cls(int(found[1]), found[2]) for line in lines for found in _IN_LOG.finditer(line)]


FaultKind = Literal["altered", "missing", "moved", "rewritten"]


@dataclass(frozen=True, slots=True)
class Fault:
    """The first row that is not as it was written, and what is wrong, in a sentence."""

    sequence: int
    kind: FaultKind
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`rows` were as they were written, up to `head`. Not `complete`: there was no time for the rest."""

    rows: int
    head: Anchor | None
    fault: Fault | None
    complete: bool
    checked_at: datetime
