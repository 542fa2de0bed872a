"""What happened, as any feature may say it: who did what, on what, from where, and how it ended.

An `Act` is made where the request is served, because it notes from where it was asked; it is recorded in the unit of work
that does the deed, so that both are on disk or neither is. It says nothing of what people wrote and nothing secret:
names, numbers, ids. What is recorded is never changed (`audit_records.py`). Ordinary chatting is no act.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Dialect, insert, select
from sqlalchemy.exc import IntegrityError

from arcano.platform.audit_records import (
    AUDIT_RECORDS,
    BEFORE_ALL,
    ActorKind,
    AuditRecord,
    Outcome,
    digest_of,
    micros,
)

Detail = str | int | bool

MAX_TEXT = 200
"""Characters of a name or a detail; what is longer is cut. So nothing long can be told, not even by mistake."""
MAX_DETAILS = 12
_NAME = re.compile(r"[a-z]+([._-][a-z]+)*")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `name` as it was at that time: people change theirs, and leave."""

    kind: ActorKind
    id: str | None = None
    name: str | None = None


SYSTEM = Actor("system")
"""The server by itself, as when it deletes what is too old."""
ANONYMOUS = Actor("anonymous")
"""Somebody who has not said who they are, or could not show it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is acted on: a kind of thing and which one."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Origin:
    """From where it was asked: the network address, the request, and what the client calls itself."""

    address: str | None = None
    request_id: str | None = None
    user_agent: str | None = None


origin: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 - it is frozen
"""Of the request that is being served; the edge says it. Units of work run elsewhere and do not know it."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done, or tried. `action` names it, the thing first: `session.opened`.

    `details` are a few facts that the rest does not say. Texts are cut to `MAX_TEXT` characters and
    lose what cannot be printed.

    Raises:
        ValueError: The action or a detail is not named as it should be, or there are too many: a bug of ours.
        TypeError: A detail is neither a text, a number nor a truth.
    """

    action: str
    actor: Actor
    subject: Subject | None = None
    outcome: Outcome = "done"
    details: Mapping[str, Detail] = field(default_factory=dict[str, Detail])
    origin: Origin = field(default_factory=origin.get)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.action):
            raise ValueError(f"{self.action!r} does not name an action.")
        if len(self.details) > MAX_DETAILS:
            raise ValueError(f"{self.action} has more than {MAX_DETAILS} details.")
        for name, value in self.details.items():
            if not _NAME.fullmatch(name):
                raise ValueError(f"{self.action} has a detail with the name {name!r}.")
            # Not a subclass either: what prints itself harmlessly may store itself otherwise.
            if type(value) not in (str, int, bool):
                raise TypeError(f"{self.action}: {name} is a {type(value).__name__}.")

    def noting(self, **details: Detail) -> "Act":
        """The same act, from the same origin, with more said about it."""
        return replace(self, details={**self.details, **details})

    def ended(self, outcome: Outcome, **details: Detail) -> "Act":
        """The same act with another outcome."""
        return replace(self.noting(**details), outcome=outcome)


def record(connection: Connection, act: Act, *, now: datetime) -> int:
    """Append an act in the transaction that is open. Returns its number; with an undone unit it is undone too.

    Raises:
        DatabaseError: It cannot be written; the deed must not be either.
    """
    head: tuple[int, bytes] | None = connection.info.get("audit-head")
    if head is not None:
        try:
            return _append(connection, act, head, now)
        except IntegrityError:
            # What we remember was undone, or another process has written: the database takes only what goes on from
            # the last row, so that a wrong memory costs a second try and cannot break the chain.
            del connection.info["audit-head"]
    return _append(connection, act, _head(connection), now)


def _append(connection: Connection, act: Act, head: tuple[int, bytes], now: datetime) -> int:
    sequence, previous = head[0] + 1, head[1]
    subject = act.subject
    unhashed = AuditRecord(
        sequence,
        now,
        act.action,
        act.outcome,
        act.actor.kind,
        act.actor.id,
        _printed(act.actor.name),
        None if subject is None else subject.kind,
        None if subject is None else _printed(subject.id),
        _printed(act.origin.address),
        act.origin.request_id,
        _printed(act.origin.user_agent),
        _details(act.details),
        previous,
        b"",
    )
    digest = digest_of(unhashed)
    connection.exec_driver_sql(_insert(connection.dialect), _values(unhashed, digest))
    connection.info["audit-head"] = sequence, digest
    return sequence


def _head(connection: Connection) -> tuple[int, bytes]:
    last = connection.execute(_LAST).one_or_none()
    return (0, BEFORE_ALL) if last is None else (last.sequence, last.hash)


_LAST = (
    select(AUDIT_RECORDS.c.sequence, AUDIT_RECORDS.c.hash)
    .order_by(AUDIT_RECORDS.c.sequence.desc())
    .limit(1)
)


@lru_cache(maxsize=4)
def _insert(dialect: Dialect) -> str:
    """The statement as the driver takes it: of all that an act costs, putting it together was most."""
    return str(insert(AUDIT_RECORDS).compile(dialect=dialect))


def _values(record: AuditRecord, digest: bytes) -> tuple[Any, ...]:
    return (
        record.sequence,
        micros(record.at),
        record.action,
        record.outcome,
        record.actor_kind,
        record.actor_id,
        record.actor_name,
        record.subject_kind,
        record.subject_id,
        record.address,
        record.request_id,
        record.user_agent,
        record.details,
        record.previous,
        digest,
    )


def _details(details: Mapping[str, Detail]) -> str:
    if not details:
        return "{}"
    told = {
        name: _printed(value) if isinstance(value, str) else value
        for name, value in details.items()
    }
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()


def _printed(text: str | None) -> str | None:
    """The text, if it is short and has nothing that a terminal or a table would stumble over."""
    if text is None or (len(text) <= MAX_TEXT and text.isprintable()):
        return text
    whole = "".join(letter if letter.isprintable() else " " for letter in text[: MAX_TEXT + 1])
    return whole if len(whole) <= MAX_TEXT else f"{whole[: MAX_TEXT - 1]}…"
