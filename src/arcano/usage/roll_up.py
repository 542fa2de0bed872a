"""Sums of the ledger by the hour and by the day: what a page of usage reads, however many calls there were.

They are added to in the transaction that writes the rows, each row once: a row that is `running` is not summed yet.
How long calls took is kept as a histogram (`buckets`), so that a percentile of any span of hours is known.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.sqlite import insert

from arcano.usage.buckets import bucket_of, day_of, hour_of
from arcano.usage.sessions import add_to_sessions
from arcano.usage.tables import (
    SPEED,
    SUMMED,
    USAGE_DAY_PEOPLE,
    USAGE_DAY_TOTALS,
    USAGE_DAYS,
    USAGE_HOUR_TOTALS,
    USAGE_HOURS,
    USAGE_SPEED_DAYS,
    USAGE_SPEEDS,
    WHAT,
    WHERE,
    WHO,
)


class _Sums:
    """One of the tables: where its rows are told apart, and how to add to what stands there."""

    def __init__(self, table: Table, where: Sequence[str], summed: Sequence[str]) -> None:
        self._where, self._summed = where, summed
        new = insert(table)
        # Put together once: that takes longer than to run it.
        self._added = new.on_conflict_do_update(
            index_elements=list(where),
            set_={name: table.c[name] + new.excluded[name] for name in summed},
        )

    def add(self, connection: Connection, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Add these, together where they share a place. Returns what was added: nothing but where and how much."""
        sums: dict[tuple[Any, ...], dict[str, Any]] = {}
        for row in rows:
            place = tuple(row[name] for name in self._where)
            standing = sums.get(place)
            if standing is None:
                sums[place] = {name: row[name] for name in (*self._where, *self._summed)}
            else:
                for name in self._summed:
                    standing[name] += row[name]
        together = list(sums.values())
        if together:
            connection.execute(self._added, together)
        return together


_HOURS = _Sums(USAGE_HOURS, WHERE, SUMMED)
_DAYS = _Sums(USAGE_DAYS, WHERE, SUMMED)
_HOUR_TOTALS = _Sums(USAGE_HOUR_TOTALS, WHAT, SUMMED)
_DAY_TOTALS = _Sums(USAGE_DAY_TOTALS, WHAT, SUMMED)
_DAY_PEOPLE = _Sums(USAGE_DAY_PEOPLE, WHO, SUMMED)
_SPEEDS = _Sums(USAGE_SPEEDS, SPEED, ("calls",))
_SPEED_DAYS = _Sums(USAGE_SPEED_DAYS, SPEED, ("calls",))


def roll_up(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Add rows of the ledger to the sums of their hours and days. `rows` are as they are inserted there."""
    ended = [row for row in rows if row["outcome"] != "running"]
    hours = _HOURS.add(connection, map(_sums_of, ended))
    days = _DAYS.add(connection, _in_days(hours))
    totals = _HOUR_TOTALS.add(connection, hours)
    _DAY_TOTALS.add(connection, _in_days(totals))
    _DAY_PEOPLE.add(connection, days)
    speeds = _SPEEDS.add(connection, (speed for row in ended for speed in _speeds_of(row)))
    _SPEED_DAYS.add(connection, _in_days(speeds))
    add_to_sessions(connection, ended)


def _in_days(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "hour": day_of(row["hour"])} for row in rows]


def _sums_of(row: dict[str, Any]) -> dict[str, Any]:
    # Names that people mistype, or try by the thousand, get no place of their own.
    is_known = row["error_code"] != "model-not-found"
    return {
        "hour": hour_of(row["ended_at"]),
        "user_id": row["user_id"],
        "key_id": row["key_id"] or "",
        "group_ids": row["group_ids"],
        "door": row["door"],
        "model": row["model"] if is_known else "",
        "target": (row["target"] or "") if is_known else "",
        "served_model": (row["served_model"] or "") if is_known else "",
        "variant": row["variant"] or "",
        "currency": row["currency"] or "",
        "calls": 1,
        "finished": int(row["outcome"] == "finished"),
        "failed": int(row["outcome"] == "failed"),
        "from_cache": int(row["from_cache"]),
        "estimated": int(row["estimated"]),
        "unpriced": int(row["cost_micros"] is None),
        "input_tokens": row["input_tokens"] or 0,
        "output_tokens": row["output_tokens"] or 0,
        "cached_input_tokens": row["cached_input_tokens"] or 0,
        "cache_write_tokens": row["cache_write_tokens"] or 0,
        "reasoning_tokens": row["reasoning_tokens"] or 0,
        "cost_micros": row["cost_micros"] or 0,
        "latency_ms": row["latency_ms"],
    }


def _speeds_of(row: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Of calls that a model answered: what was kept before, or failed, says nothing about how fast one is."""
    if row["outcome"] != "finished" or row["from_cache"]:
        return
    measures = {"latency": row["latency_ms"], "first-token": row["first_token_ms"]}
    for measure, milliseconds in measures.items():
        if milliseconds is not None:
            yield {
                "hour": hour_of(row["ended_at"]),
                "model": row["model"],
                "target": row["target"] or "",
                "measure": measure,
                "bucket": bucket_of(milliseconds),
                "calls": 1,
            }
