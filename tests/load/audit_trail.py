"""What the audit trail adds to a write, and how long a check of a million rows takes.

A write is asked for as features ask for it, one after the other, and is on disk when it returns: once with its act in
the same unit and once without, in turns. The unit is the one that adds a connection to a provider, sealed key and all: a
single row, so that nearly all of it is the commit. What somebody who asks over HTTP could notice is told beside it.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from sqlalchemy import Connection as DatabaseConnection
from tests.load.figure import Figure, middle, spread
from tests.load.machine import LOAD_CORE, cpu_seconds, pinned
from tests.load.running import bench

from arcano.audit import ChainCheck
from arcano.entrypoints.migrations import migrate
from arcano.platform.acts import Act, Actor, Origin, Subject, record
from arcano.platform.ids import new_id
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.keys import FixedKeys, KeyRing, new_key
from arcano.platform.sqlite import SqliteDatabase, open_to_read
from arcano.providers import Connection, ConnectionRepository
from arcano.providers.connections import ConnectionId

ROUNDS = 15
WRITES = 200
ROWS = 1_000_000
IN_ONE_WRITE = 5_000
TARGET_PERCENT = 5
TARGET_SECONDS = 30

Unit = Callable[[DatabaseConnection], object]


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """Both figures on a database of their own."""
    with TemporaryDirectory() as folder, pinned(LOAD_CORE):
        data = Path(folder)
        box = SecretBox(FixedKeys(KeyRing((new_key(place="a bench"),))))
        database = await asyncio.to_thread(SqliteDatabase, data / "arcano.db")
        await database.write(migrate)
        yield await _share_of_a_write(database, box, quick=quick)
        alone = await database.write(_spent_on_one)
        yield await _share_of_a_request(alone, quick=quick)
        rows = 10_000 if quick else ROWS
        for _ in range(rows // IN_ONE_WRITE):
            await database.write(_many)
        await asyncio.to_thread(database.close)
        yield await asyncio.to_thread(_verified, data / "arcano.db")


async def _share_of_a_write(database: SqliteDatabase, box: SecretBox, *, quick: bool) -> Figure:
    def adds() -> tuple[Connection, Act]:
        now = datetime.now(UTC)  # noqa: TID251 - what is measured includes asking for it
        connection = Connection(
            ConnectionId(new_id()),
            "openai-compatible",
            "Rack in the cellar",
            "https://models.example.com/v1",
            "person",
            now,
            key="sk-" + "k" * 48,
        )
        return connection, an_act(connection.id)

    def without(connection: Connection, _act: Act) -> Unit:
        return lambda c: ConnectionRepository(c, box).add(connection)

    def with_act(connection: Connection, act: Act) -> Unit:
        def unit(c: DatabaseConnection) -> None:
            ConnectionRepository(c, box).add(connection)
            record(c, act, now=connection.created_at)

        return unit

    ways: dict[str, Callable[[Connection, Act], Unit]] = {"without": without, "with": with_act}
    wall: dict[str, list[float]] = {way: [] for way in ways}
    busy: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(2 if quick else ROUNDS):
        waited: dict[str, list[float]] = {way: [] for way in ways}
        spent = dict.fromkeys(ways, 0.0)
        # In turns, write by write, so that what else the machine does meets both.
        for _ in range(20 if quick else WRITES):
            for way, unit in ways.items():
                began, before = time.perf_counter(), time.process_time()
                await database.write(unit(*adds()))
                waited[way].append((time.perf_counter() - began) * 1e6)
                spent[way] += (time.process_time() - before) * 1e6
        for way in ways:
            wall[way].append(middle(waited[way]))
            busy[way].append(spent[way] / len(waited[way]))
    added = [100 * (w / o - 1) for w, o in zip(wall["with"], wall["without"], strict=True)]
    return Figure(
        "audit adds to a write that is on disk",
        middle(added),
        "%",
        TARGET_PERCENT,
        direct=middle(wall["without"]),
        ratio=middle(wall["with"]) / middle(wall["without"]),
        note=f"{spread(added)}; µs a write, waited for {middle(wall['without']):.0f} and "
        f"{middle(wall['with']):.0f}, of the processor {middle(busy['without']):.0f} and "
        f"{middle(busy['with']):.0f}",
    )


def _spent_on_one(connection: DatabaseConnection) -> float:
    """Microseconds of the processor for an act alone, made and recorded."""
    before = time.process_time()
    for _ in range(WRITES):
        record(connection, an_act(new_id()), now=datetime.now(UTC))  # noqa: TID251 - as above
    return (time.process_time() - before) / WRITES * 1e6


async def _share_of_a_request(alone: float, *, quick: bool) -> Figure:
    number = 20 if quick else WRITES
    async with bench(quick=quick) as at:
        url, headers = f"http://127.0.0.1:{at.arcano.port}", {"Cookie": at.arcano.cookie}
        async with aiohttp.ClientSession(base_url=url, headers=headers) as client:
            places: list[str] = []
            for _ in range(number):
                async with client.post("/api/conversations", json={}) as made:
                    places.append(f"/api/conversations/{(await made.json())['id']}")
            before = cpu_seconds(at.arcano.pid)
            for place in places:
                async with client.delete(place) as deleted:
                    deleted.raise_for_status()
            spent = (cpu_seconds(at.arcano.pid) - before) / number * 1e6
    return Figure(
        "an act's part of a request that deletes a conversation",
        100 * alone / spent,
        "%",
        TARGET_PERCENT,
        direct=spent,
        note=f"µs of the processor: the act {alone:.0f}, the whole request {spent:.0f}",
    )


def an_act(subject: str) -> Act:
    """As a request makes it."""
    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
    return Act(
        "connection.added",
        Actor("person", "019a0c11-0000-7000-8000-000000000001", "Ada Lovelace"),
        Subject("connection", subject),
        details={"name": "Rack in the cellar", "kind": "openai-compatible", "own": False},
        origin=Origin("192.0.2.7", new_id(), agent),
    )


def _many(connection: DatabaseConnection) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - rows have a time
    for _ in range(IN_ONE_WRITE):
        record(connection, an_act(new_id()), now=now)


def _verified(path: Path) -> Figure:
    """As `arcano audit verify` does it."""
    check = ChainCheck()
    began, before = time.perf_counter(), time.process_time()
    with open_to_read(path) as connection:
        while check.step(connection):
            pass
    seconds, busy = time.perf_counter() - began, time.process_time() - before
    return Figure(
        f"audit verify, {check.rows:,} rows",
        seconds,
        "s",
        TARGET_SECONDS,
        note=f"{busy:.1f} s of the processor; {path.stat().st_size / check.rows:.0f} bytes a row on disk, indexes included",
        errors=0 if check.fault is None else 1,
    )
