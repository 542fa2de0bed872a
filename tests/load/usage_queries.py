"""How long the page of usage waits for its sums where the ledger has ten million rows of a year.

Rows and sums are written by the code that a server writes them with.
"""

import random
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, insert
from tests.load.figure import Figure

from arcano.chat.ratings import RatingBook, RatingsWanted
from arcano.chat.tables import CONVERSATIONS, MESSAGES, RATINGS
from arcano.entrypoints.migrations import migrate
from arcano.identity import BUILT_IN_ROLES, OWNER, SessionId, UserId, Viewer
from arcano.identity.tables import USERS
from arcano.platform.ids import new_id
from arcano.platform.sqlite import SqliteDatabase
from arcano.usage.message_usage import usage_of_conversation
from arcano.usage.reading import Span, UsageRepository, Wanted
from arcano.usage.roll_up import roll_up
from arcano.usage.sessions import session_lengths
from arcano.usage.tables import LEDGER

ROWS, QUICK_ROWS = 10_000_000, 20_000
PEOPLE, MODELS, DAYS = 200, 8, 365
AT_ONCE = 20_000
ROUNDS = 5
TARGET_MS = 200
RATED = 20
"""One of so many answers is rated."""
LAST = datetime(2026, 11, 28, 12, tzinfo=UTC)
DOORS = ("page", "page", "page", "openai", "anthropic")


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """Milliseconds of each query of the page, cold and warm together: the median of five."""
    rows = QUICK_ROWS if quick else ROWS
    with TemporaryDirectory() as folder:
        database = SqliteDatabase(Path(folder) / "arcano.db")
        try:
            await database.write(migrate)
            people = [new_id() for _ in range(PEOPLE)]
            await database.write(
                lambda c: c.execute(insert(USERS), [_person(one) for one in people])
            )
            for some in _batches(rows, people):
                await database.write(lambda c, some=some: _write(c, some))
            for name, query in _queries(people[0]).items():
                took: list[float] = []
                found: object = None
                for _ in range(ROUNDS):
                    began = time.perf_counter()
                    found = await database.read(query)
                    took.append((time.perf_counter() - began) * 1000)
                assert found
                yield Figure(
                    f"usage: {name}",
                    median(took),
                    "ms",
                    TARGET_MS,
                    note=f"worst {max(took):.0f}; {rows:,} rows",
                )
        finally:
            database.close()


def _write(connection: Connection, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(LEDGER), rows)
    roll_up(connection, rows)
    answers = [row for row in rows if row["message_id"] and int(row["id"], 16) % RATED == 0]
    connection.execute(insert(CONVERSATIONS), [_conversation(row) for row in answers])
    connection.execute(insert(MESSAGES), [_message(row) for row in answers])
    connection.execute(insert(RATINGS), [_rating(row) for row in answers])


def _queries(user_id: str) -> dict[str, Callable[[Connection], Any]]:
    owner = Viewer(UserId(user_id), SessionId("s"), OWNER, BUILT_IN_ROLES[OWNER])
    year, month = Span(LAST - timedelta(days=DAYS), LAST), Span(_midnight(30), LAST)
    year = Span(_midnight(DAYS), LAST)
    week = Span(_midnight(7), LAST)

    def over(c: Connection) -> UsageRepository:
        return UsageRepository(c, owner, LAST)

    return {
        "own month by day": lambda c: over(c).sums(Wanted(month), ["day"]),
        "own year by model": lambda c: over(c).sums(Wanted(year), ["model"]),
        "all, month by day": lambda c: over(c).sums(Wanted(month, True), ["day"]),
        "all, month by person": lambda c: over(c).sums(Wanted(month, True), ["person"]),
        "all, month by group": lambda c: over(c).sums(Wanted(month, True), ["group"]),
        "all, week by hour": lambda c: over(c).sums(Wanted(week, True), ["hour"]),
        "all, year by day": lambda c: over(c).sums(Wanted(year, True), ["day"]),
        "all, year by model": lambda c: over(c).sums(Wanted(year, True), ["model"]),
        "speeds of a month by model": lambda c: over(c).speeds(
            Wanted(month, True), ["model"], [0.5, 0.99]
        ),
        "speeds of a year by model": lambda c: over(c).speeds(
            Wanted(year, True), ["model"], [0.5, 0.99]
        ),
        "own calls, the newest": lambda c: over(c).calls(
            Wanted(year), after=None, limit=51, newest=True
        ),
        "one conversation": lambda c: usage_of_conversation(c, "c1"),
        "own sessions of a year": lambda c: session_lengths(
            c, owner, since=year.since, until=LAST, everybodys=False
        ),
        "all sessions of a year": lambda c: session_lengths(
            c, owner, since=year.since, until=LAST, everybodys=True
        ),
        "own ratings of a year by model": lambda c: RatingBook(c, owner).count(
            RatingsWanted(year), ["model"]
        ),
        "all ratings of a month by model": lambda c: RatingBook(c, owner).count(
            RatingsWanted(month, everybodys=True), ["model"]
        ),
        "all ratings of a year by model": lambda c: RatingBook(c, owner).count(
            RatingsWanted(year, everybodys=True), ["model"]
        ),
    }


def _midnight(days: int) -> datetime:
    return LAST.replace(hour=0) - timedelta(days=days)


def _batches(rows: int, people: list[str]) -> Iterator[list[dict[str, Any]]]:
    chance = random.Random(1)
    busy = chance.choices(people, [1 / (place + 1) for place in range(PEOPLE)], k=100_003)
    begins, step = LAST - timedelta(days=DAYS), timedelta(days=DAYS) / rows
    for first in range(0, rows, AT_ONCE):
        yield [
            _row(number, busy[number % len(busy)], begins + step * number, chance)
            for number in range(first, min(rows, first + AT_ONCE))
        ]


def _row(number: int, user_id: str, ended_at: datetime, chance: random.Random) -> dict[str, Any]:
    some = chance.random()
    door = DOORS[int(some * 5)]
    model = f"model {int(some * some * MODELS)}"
    latency = int(400 + 20_000 * some * some)
    return {
        "id": f"{number:032x}",
        "began_at": ended_at,
        "ended_at": ended_at,
        "user_id": user_id,
        "key_id": None if door == "page" else f"key of {user_id}",
        "group_ids": f'["team {hash(user_id) % 5}"]',
        "door": door,
        "conversation_id": f"c{number // 8}" if door == "page" else None,
        "message_id": f"m{number}" if door == "page" else None,
        "model": model,
        "target": model,
        "served_model": model,
        "variant": None,
        "input_tokens": 500 + number % 1000,
        "output_tokens": 100 + number % 300,
        "cached_input_tokens": None,
        "cache_write_tokens": None,
        "reasoning_tokens": None,
        "estimated": False,
        "estimated_input_tokens": 500,
        "estimated_output_tokens": 100,
        "cost_micros": 1000 + number % 777,
        "currency": "USD",
        "price_version": "settings",
        "latency_ms": latency,
        "first_token_ms": latency // 10,
        "outcome": "failed" if number % 97 == 0 else "finished",
        "error_code": "provider-overloaded" if number % 97 == 0 else None,
        "from_cache": number % 31 == 0,
    }


def _conversation(call: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": call["message_id"],
        "owner_id": call["user_id"],
        "created_at": call["ended_at"],
        "updated_at": call["ended_at"],
        "context_policy": "slide",
    }


def _message(call: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": call["message_id"],
        "conversation_id": call["message_id"],
        "depth": 1,
        "role": "assistant",
        "content": "[]",
        "status": "finished",
        "created_at": call["ended_at"],
    }


def _rating(call: dict[str, Any]) -> dict[str, Any]:
    return {
        "message_id": call["message_id"],
        "user_id": call["user_id"],
        "verdict": "down" if int(call["id"], 16) % 100 == 0 else "up",
        "rated_at": call["ended_at"],
        "model": call["model"],
        "target": call["target"],
        "variant": "",
    }


def _person(user_id: str) -> dict[str, Any]:
    return {
        "id": user_id,
        "email": f"{user_id}@example.org",
        "name": user_id,
        "password_hash": "",
        "role": "member",
        "created_at": LAST,
    }
