"""What was used, as one viewer may see it: sums from the roll-ups, single calls from the ledger.

What is theirs, and what everybody used for whoever may read all. Sums are exact: they are those of the ledger's rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Table,
    func,
    null,
    select,
    true,
    tuple_,
    type_coerce,
)

from arcano.identity import (
    Permission,
    UserId,
    Viewer,
    group_names,
    key_names,
    names_of,
)
from arcano.usage.buckets import day_of, hour_of, percentile_of
from arcano.usage.tables import (
    LEDGER,
    USAGE_DAY_PEOPLE,
    USAGE_DAY_TOTALS,
    USAGE_DAYS,
    USAGE_HOUR_TOTALS,
    USAGE_HOURS,
    USAGE_SPEED_DAYS,
    USAGE_SPEEDS,
)

By = Literal["model", "door", "key", "person", "group", "target", "variant", "day", "hour"]
BYS: tuple[By, ...] = get_args(By)
Measure = Literal["latency", "first-token"]
MOST_ROWS = 2000
_HOUR, _DAY = 3_600_000_000, 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMN = {
    "model": "model",
    "door": "door",
    "key": "key_id",
    "person": "user_id",
    "target": "target",
    "variant": "variant",
}
_FILTERS = ("user_id", "key_id", "model", "door", "target")
SUMS = (
    "calls",
    "finished",
    "failed",
    "from_cache",
    "estimated",
    "unpriced",
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
    "cost_micros",
    "latency_ms",
)


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment up to another, in whole hours. Whole days are read from the sums by the day."""

    since: datetime
    until: datetime

    @property
    def first(self) -> datetime:
        return hour_of(self.since.astimezone(UTC))

    @property
    def last(self) -> datetime:
        """The hour after the last one."""
        until = self.until.astimezone(UTC)
        return until if until == hour_of(until) else hour_of(until) + timedelta(hours=1)

    @property
    def first_day(self) -> datetime:
        return day_of(self.since.astimezone(UTC))

    @property
    def last_day(self) -> datetime:
        """The midnight after the last day."""
        until = self.until.astimezone(UTC)
        return until if until == day_of(until) else day_of(until) + timedelta(days=1)

    def is_whole_days(self, now: datetime) -> bool:
        """A day that is not over yet is whole as far as anybody can tell."""
        ends = self.last == day_of(self.last) or self.last >= now
        return ends and self.first == day_of(self.first)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls: of a span, and of everything that is named."""

    span: Span
    everybodys: bool = False
    user_id: str | None = None
    key_id: str | None = None
    model: str | None = None
    door: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """What some calls used together. `names` are what they have in common, in the order that was asked for."""

    names: tuple[str | None, ...]
    people: int | None
    """How many different people asked; None where that was not counted."""
    counts: dict[str, int] = field(default_factory=dict[str, int])


class UsageRepository:
    """Usage for one viewer, inside one unit of work.

    Raises:
        NotAllowedError: What everybody used was asked for, and that is not for them.
    """

    def __init__(self, connection: Connection, viewer: Viewer, now: datetime) -> None:
        self._connection = connection
        self._viewer = viewer
        self._now = now

    def total(self, wanted: Wanted) -> Sums:
        (found,) = self.sums(wanted, ())
        return found

    def sums(self, wanted: Wanted, by: Sequence[By]) -> list[Sums]:
        """By what is asked; times in order, all else the most used first, and at most `MOST_ROWS`.

        Who is in several groups counts in each of them.
        """
        table = self._sums_for(wanted, by)
        groups = (
            func.json_each(table.c.group_ids).table_valued("value", name="in_group")
            if "group" in by
            else None
        )
        columns = [
            (_by(table, name) if groups is None or name != "group" else groups.c.value).label(
                f"by_{place}"
            )
            for place, name in enumerate(by)
        ]
        summed = [func.coalesce(func.sum(table.c[name]), 0).label(name) for name in SUMS]
        has_people = "user_id" in table.c
        people = func.count(func.distinct(table.c.user_id)) if has_people else null()
        asked = select(*columns, people.label("people"), *summed).where(
            *self._conditions(table, wanted)
        )
        if groups is not None:
            asked = asked.select_from(table.join(groups, true()))
        is_time = bool(by) and by[0] in ("day", "hour")
        most = (func.sum(table.c.input_tokens) + func.sum(table.c.output_tokens)).desc()
        order = [*columns[:1], most] if is_time else [most]
        if by:
            asked = asked.group_by(*columns).order_by(*order).limit(MOST_ROWS)
        found = [_sums(row, by) for row in self._connection.execute(asked)]
        if table is USAGE_DAY_TOTALS and tuple(by) in ((), ("day",)):
            return self._with_people(found, wanted)
        return found

    def _with_people(self, found: list[Sums], wanted: Wanted) -> list[Sums]:
        """By the day or all together: who asked is kept beside what was asked."""
        by_day = bool(found) and bool(found[0].names)
        table = USAGE_DAY_PEOPLE
        day = _by(table, "day") if by_day else null()
        people = func.count(func.distinct(table.c.user_id)).label("people")
        asked = select(day.label("by_0"), people).where(*self._conditions(table, wanted))
        rows = self._connection.execute(asked.group_by(day) if by_day else asked)
        counted = {_name(row.by_0, "day") if by_day else None: row.people for row in rows}
        return [
            replace(sums, people=counted.get(sums.names[0] if by_day else None, 0))
            for sums in found
        ]

    def _sums_for(self, wanted: Wanted, by: Sequence[By]) -> Table:
        """The smallest table that knows what is asked."""
        by_days = "hour" not in by and wanted.span.is_whole_days(self._now)
        asked = {_COLUMN.get(name, name) for name in by if name not in ("hour", "day")}
        asked |= {name for name in _FILTERS if getattr(wanted, name) is not None}
        if not wanted.everybodys:
            asked.add("user_id")
        asked = {"group_ids" if name == "group" else name for name in asked}
        smallest = (
            (USAGE_DAY_TOTALS, USAGE_DAY_PEOPLE, USAGE_DAYS)
            if by_days
            else (USAGE_HOUR_TOTALS, USAGE_HOURS)
        )
        return next(table for table in smallest if asked <= set(table.c.keys()))

    def speeds(
        self, wanted: Wanted, by: Sequence[By], shares: Sequence[float]
    ) -> list[tuple[tuple[str | None, ...], Measure, int, list[float | None]]]:
        """Durations in milliseconds that these shares of calls did not exceed, by what is asked."""
        by_days = "hour" not in by and wanted.span.is_whole_days(self._now)
        table = USAGE_SPEED_DAYS if by_days else USAGE_SPEEDS
        columns = [_by(table, name).label(f"by_{place}") for place, name in enumerate(by)]
        span = wanted.span
        conditions = [
            table.c.hour >= span.first,
            table.c.hour < span.last,
            *_named(table, wanted, ("model", "target")),
        ]
        rows = self._connection.execute(
            select(*columns, table.c.measure, table.c.bucket, func.sum(table.c.calls).label("n"))
            .where(*conditions)
            .group_by(*columns, table.c.measure, table.c.bucket)
        )
        buckets: dict[tuple[tuple[str | None, ...], Measure], list[tuple[int, int]]] = {}
        for row in rows:
            place = tuple(_name(row[number], name) for number, name in enumerate(by))
            buckets.setdefault((place, row.measure), []).append((row.bucket, row.n))
        return [
            (
                place,
                measure,
                sum(calls for _, calls in found),
                [percentile_of(found, share) for share in shares],
            )
            for (place, measure), found in sorted(buckets.items(), key=str)
        ]

    def calls(
        self, wanted: Wanted, *, after: tuple[datetime, str] | None, limit: int, newest: bool
    ) -> Sequence[Row[Any]]:
        """Rows of the ledger of calls that are over, by when they ended. `after`: where the last look ended."""
        place = tuple_(LEDGER.c.ended_at, LEDGER.c.id)
        conditions = [
            LEDGER.c.outcome != "running",
            LEDGER.c.ended_at >= wanted.span.since,
            LEDGER.c.ended_at < wanted.span.until,
            *self._whose(LEDGER, wanted),
        ]
        if after is not None:
            # Said for the time alone, too: so SQLite sees where to begin.
            ended_at = LEDGER.c.ended_at
            conditions += [
                place < after if newest else place > after,
                ended_at <= after[0] if newest else ended_at >= after[0],
            ]
        ways = [LEDGER.c.ended_at, LEDGER.c.id]
        order = [way.desc() for way in ways] if newest else ways
        return self._connection.execute(
            select(LEDGER).where(*conditions).order_by(*order).limit(limit)
        ).all()

    def called(self, by: By, ids: Iterable[str]) -> dict[str, str]:
        """What people call these; whatever has no name but its own is left out."""
        match by:
            case "person":
                people = names_of(self._connection, {UserId(user_id) for user_id in ids})
                return {str(user_id): name for user_id, name in people.items()}
            case "group":
                return group_names(self._connection, set(ids))
            case "key":
                return key_names(self._connection, set(ids))
            case _:
                return {}

    def _conditions(self, table: Table, wanted: Wanted) -> list[ColumnElement[bool]]:
        span = wanted.span
        return [table.c.hour >= span.first, table.c.hour < span.last, *self._whose(table, wanted)]

    def _whose(self, table: Table, wanted: Wanted) -> list[ColumnElement[bool]]:
        """Whoever may not read all gets what is theirs, whatever they name."""
        conditions: list[ColumnElement[bool]] = []
        if wanted.everybodys:
            self._viewer.expect(Permission.USAGE_READ_ALL)
            if wanted.user_id is not None:
                conditions.append(table.c.user_id == wanted.user_id)
        else:
            conditions.append(table.c.user_id == self._viewer.user_id)
        return conditions + _named(table, wanted, _FILTERS[1:])


def _named(table: Table, wanted: Wanted, names: Sequence[str]) -> list[ColumnElement[bool]]:
    return [
        table.c[name] == which for name in names if (which := getattr(wanted, name)) is not None
    ]


def _by(table: Table, by: By) -> ColumnElement[Any]:
    match by:
        case "hour" | "day":
            unit = _HOUR if by == "hour" else _DAY
            moment = type_coerce(table.c.hour, BigInteger)
            return moment - moment % unit
        case _:
            return table.c[_COLUMN[by]]


def _name(value: Any, by: By) -> str | None:  # noqa: ANN401 - a column's
    if by in ("hour", "day"):
        return (_EPOCH + timedelta(microseconds=value)).isoformat().replace("+00:00", "Z")
    return value or None


def _sums(row: Row[Any], by: Sequence[By]) -> Sums:
    names = tuple(_name(row[number], name) for number, name in enumerate(by))
    return Sums(names, row.people, {name: getattr(row, name) for name in SUMS})
