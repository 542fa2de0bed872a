"""Rows of the ledger, one for each call, and their sums by the hour and by the day."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Named, Table, TypedColumns

from arcano.platform.tables import METADATA, UtcTime


class LedgerColumns(TypedColumns):
    """As `CallRecord` says. Whoever is deleted leaves what was used, and no name."""

    id: Named[str] = Column(primary_key=True)
    began_at: Named[datetime] = Column(UtcTime)
    ended_at: Named[datetime] = Column(UtcTime)
    user_id: Named[str | None] = Column(ForeignKey("users.id", ondelete="SET NULL"))
    key_id: Named[str | None]
    group_ids: Named[str]
    """JSON: the groups that the person was in then."""
    door: Named[str]
    conversation_id: Named[str | None]
    message_id: Named[str | None]
    model: Named[str]
    target: Named[str | None]
    served_model: Named[str | None]
    variant: Named[str | None]
    input_tokens: Named[int | None] = Column(BigInteger)
    output_tokens: Named[int | None] = Column(BigInteger)
    cached_input_tokens: Named[int | None] = Column(BigInteger)
    cache_write_tokens: Named[int | None] = Column(BigInteger)
    reasoning_tokens: Named[int | None] = Column(BigInteger)
    estimated: Named[bool]
    estimated_input_tokens: Named[int] = Column(BigInteger)
    estimated_output_tokens: Named[int] = Column(BigInteger)
    cost_micros: Named[int | None] = Column(BigInteger)
    currency: Named[str | None]
    price_version: Named[str | None]
    latency_ms: Named[int]
    first_token_ms: Named[int | None]
    outcome: Named[str]
    error_code: Named[str | None]
    from_cache: Named[bool]


LEDGER = Table(
    "ledger",
    METADATA,
    LedgerColumns,
    Index("ix_ledger_user", "user_id", "ended_at"),
    Index("ix_ledger_ended_at", "ended_at"),
    Index("ix_ledger_message", "message_id"),
    Index("ix_ledger_conversation", "conversation_id"),
)


class SumColumns(TypedColumns):
    """What calls used together that ended in one span, beginning at `hour`."""

    id: Named[int] = Column(primary_key=True)
    hour: Named[datetime] = Column(UtcTime)
    calls: Named[int] = Column(BigInteger)
    finished: Named[int] = Column(BigInteger)
    failed: Named[int] = Column(BigInteger)
    from_cache: Named[int] = Column(BigInteger)
    estimated: Named[int] = Column(BigInteger)
    unpriced: Named[int] = Column(BigInteger)
    input_tokens: Named[int] = Column(BigInteger)
    output_tokens: Named[int] = Column(BigInteger)
    cached_input_tokens: Named[int] = Column(BigInteger)
    cache_write_tokens: Named[int] = Column(BigInteger)
    reasoning_tokens: Named[int] = Column(BigInteger)
    cost_micros: Named[int] = Column(BigInteger)
    latency_ms: Named[int] = Column(BigInteger)


WHERE = (
    "hour",
    "user_id",
    "key_id",
    "group_ids",
    "door",
    "model",
    "target",
    "served_model",
    "variant",
    "currency",
)
WHAT = ("hour", "door", "model", "target", "variant")
WHO = ("hour", "user_id", "key_id", "group_ids")
SPEED = ("hour", "model", "target", "measure", "bucket")
"""By what sums are told apart, in each kind of table."""
SUMMED = tuple(name for name in SumColumns.__annotations__ if name not in ("id", "hour"))
"""What is summed in all of them but those of speeds, which count calls alone."""


class HourColumns(SumColumns):
    """What the calls that ended in one hour used together, by who and where. Empty names are none.

    The sums are added to in the transaction that writes the rows, so that they always agree with the ledger.
    """

    user_id: Named[str | None] = Column(ForeignKey("users.id", ondelete="SET NULL"))
    key_id: Named[str]
    group_ids: Named[str]
    door: Named[str]
    model: Named[str]
    target: Named[str]
    served_model: Named[str]
    variant: Named[str]
    currency: Named[str]


USAGE_HOURS = Table(
    "usage_hours",
    METADATA,
    HourColumns,
    Index("uq_usage_hours_what", *WHERE, unique=True),
    Index("ix_usage_hours_user", "user_id", "hour"),
)


class DayColumns(HourColumns):
    """The same by the day, so that a year is read as fast as a day. `hour` is the first one of the day, in UTC."""


USAGE_DAYS = Table(
    "usage_days",
    METADATA,
    DayColumns,
    Index("uq_usage_days_what", *WHERE, unique=True),
    Index("ix_usage_days_user", "user_id", "hour"),
)


class TotalColumns(SumColumns):
    """The same for everybody together, by what was asked: few rows, however many people there are."""

    door: Named[str]
    model: Named[str]
    target: Named[str]
    variant: Named[str]


class DayTotalColumns(TotalColumns):
    """By the day."""


USAGE_HOUR_TOTALS = Table(
    "usage_hour_totals",
    METADATA,
    TotalColumns,
    Index("uq_usage_hour_totals_what", *WHAT, unique=True),
)
USAGE_DAY_TOTALS = Table(
    "usage_day_totals",
    METADATA,
    DayTotalColumns,
    Index("uq_usage_day_totals_what", *WHAT, unique=True),
)


class DayPeopleColumns(SumColumns):
    """The same by the day and by who asked with which key, whatever they asked."""

    user_id: Named[str | None] = Column(ForeignKey("users.id", ondelete="SET NULL"))
    key_id: Named[str]
    group_ids: Named[str]


USAGE_DAY_PEOPLE = Table(
    "usage_day_people",
    METADATA,
    DayPeopleColumns,
    Index("uq_usage_day_people_who", *WHO, unique=True),
    Index("ix_usage_day_people_user", "user_id"),
)


class SpeedColumns(TypedColumns):
    """How many calls of an hour took how long: `measure` is `latency` or `first-token`, `bucket` as `bucket_of` says."""

    hour: Named[datetime] = Column(UtcTime, primary_key=True)
    model: Named[str] = Column(primary_key=True)
    target: Named[str] = Column(primary_key=True)
    measure: Named[str] = Column(primary_key=True)
    bucket: Named[int] = Column(primary_key=True)
    calls: Named[int] = Column(BigInteger)


USAGE_SPEEDS = Table("usage_speeds", METADATA, SpeedColumns)


class SpeedDayColumns(SpeedColumns):
    """The same by the day. `hour` is the first one of the day, in UTC."""


USAGE_SPEED_DAYS = Table("usage_speed_days", METADATA, SpeedDayColumns)


class SessionColumns(TypedColumns):
    """A stretch in which one person kept asking on the page (`sessions`). Whoever is deleted takes theirs along."""

    id: Named[int] = Column(primary_key=True)
    user_id: Named[str] = Column(ForeignKey("users.id", ondelete="CASCADE"))
    began_at: Named[datetime] = Column(UtcTime)
    ended_at: Named[datetime] = Column(UtcTime)


USAGE_SESSIONS = Table(
    "usage_sessions",
    METADATA,
    SessionColumns,
    # By their end: what a new call could belong to is the newest, and stands last.
    Index("ix_usage_sessions_user", "user_id", "ended_at"),
)


class SessionDayColumns(TypedColumns):
    """How many sessions that began on a day were how long: `bucket` is `bucket_of` their seconds. Nobody's name."""

    day: Named[datetime] = Column(UtcTime, primary_key=True)
    bucket: Named[int] = Column(primary_key=True)
    sessions: Named[int] = Column(BigInteger)


USAGE_SESSION_DAYS = Table("usage_session_days", METADATA, SessionDayColumns)
