"""Changing the key of ten thousand sealed rows while people read and write: how long, and what the others notice."""

import asyncio
import re
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import orjson
from sqlalchemy import Connection, insert, select
from tests.load.client import connect, http_request
from tests.load.figure import Figure, percentile
from tests.load.running import Arcano, arcano, scratch_folder, secrets_command

from arcano.chat.sealed import CONTENT
from arcano.chat.tables import CONVERSATIONS, MESSAGES
from arcano.entrypoints.secret_keys import SEALED_COLUMNS
from arcano.identity.tables import USERS
from arcano.platform.clock import SystemClock
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.key_file import KeyFile
from arcano.platform.secrets.survey import in_all, survey
from arcano.platform.secrets.texts import Texts, texts_of
from arcano.platform.sqlite import SqliteDatabase

T = TypeVar("T")

ROWS = 10_000
WORDS = "A message of the usual length, as people write them when they ask something. " * 4
EVERY = 0.02
"""Seconds between two requests of a client that waits for each."""
CONVERSATION = "00000000-0000-7000-8000-000000000000"


@dataclass(slots=True)
class Times:
    """How long requests took, in milliseconds, and how many were refused."""

    reads: list[float] = field(default_factory=list[float])
    writes: list[float] = field(default_factory=list[float])
    errors: int = 0


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """The same reads and writes for the same time, before and while every row is sealed anew."""
    rows = ROWS // 10 if quick else ROWS
    settings = {"ARCANO_SECRETS__ENCRYPT_TEXT": "true"}
    with scratch_folder() as folder:
        async with arcano(folder, upstream_port=None, settings=settings) as server:
            await _fill(server.data_dir, rows)
            took, (sealed, working), meanwhile = await _ask_while(
                server, lambda: _rotate(server.data_dir)
            )
            before = (await _ask_while(server, lambda: asyncio.sleep(max(took, 3.0))))[2]
            left = await _left_with_old_keys(server.data_dir)
        errors = before.errors + meanwhile.errors
        note = f"{took:.1f} s with the command's start; {left} left with the old key"
        wrong = left + (rows - sealed)
        yield Figure(f"{rows:,} rows sealed with a new key", working, "s", note=note, errors=wrong)
        for kind, ours, alone in (
            ("read a conversation", meanwhile.reads, before.reads),
            ("begin a conversation", meanwhile.writes, before.writes),
        ):
            for share, word in ((0.5, "half"), (0.99, "1 in 100")):
                there, without = percentile(ours, share), percentile(alone, share)
                yield Figure(
                    f"{kind} meanwhile, {word} longer than",
                    there,
                    "ms",
                    direct=without,
                    ratio=there / without,
                    note=f"direct: the same without a rotation; {len(ours)} and {len(alone)} requests",
                    errors=errors,
                )


async def _fill(data_dir: Path, rows: int) -> None:
    """Messages as a server with encrypted text has written them."""
    texts = Texts(SecretBox(KeyFile(data_dir / "secret.key")), sealing=True)
    database = SqliteDatabase(data_dir / "arcano.db", texts=texts)
    now = SystemClock().now()

    def unit(connection: Connection) -> None:
        owner = connection.scalar(select(USERS.c.id))
        connection.execute(
            insert(CONVERSATIONS).values(
                id=CONVERSATION,
                owner_id=owner,
                created_at=now,
                updated_at=now,
                head_id=_message_id(rows - 1),
            )
        )
        connection.execute(insert(MESSAGES), [_message(connection, n, now) for n in range(rows)])

    await database.write(unit)
    database.close()


def _message(connection: Connection, number: int, now: datetime) -> dict[str, object]:
    identifier = _message_id(number)
    content = orjson.dumps([{"type": "text", "text": f"{number}: {WORDS}"}]).decode()
    return {
        "id": identifier,
        "conversation_id": CONVERSATION,
        "parent_id": _message_id(number - 1) if number else None,
        "depth": number + 1,
        "role": "user",
        "content": texts_of(connection).kept(content, CONTENT, identifier),
        "status": "finished",
        "created_at": now,
    }


def _message_id(number: int) -> str:
    return f"{number:08}-0000-7000-8000-000000000000"


async def _rotate(data_dir: Path) -> tuple[int, float]:
    """How many values were sealed anew, and in how many seconds without the start of the command."""
    command = secrets_command("rotate", data_dir=data_dir)
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    said = (await process.communicate())[0].decode()
    told = re.search(r"([\d,]+) values? sealed anew in ([\d.]+) s", said)
    assert process.returncode == 0, said
    assert told is not None, said
    return int(told[1].replace(",", "")), float(told[2])


async def _ask_while(server: Arcano, deed: Callable[[], Awaitable[T]]) -> tuple[float, T, Times]:
    """How long the deed took, what came of it, and what clients noticed meanwhile."""
    times = Times()
    began = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        page = f"/api/conversations/{CONVERSATION}/messages?limit=20"
        asking = [
            tasks.create_task(_keep_asking(server, "GET", page, times.reads, times)),
            tasks.create_task(
                _keep_asking(server, "POST", "/api/conversations", times.writes, times)
            ),
        ]
        result = await deed()
        took = time.monotonic() - began
        for task in asking:
            task.cancel()
    return took, result, times


async def _keep_asking(
    server: Arcano, method: str, path: str, times: list[float], all_times: Times
) -> None:
    connection = await connect(server.port)
    body = b"{}" if method == "POST" else None
    request = http_request(method, path, port=server.port, cookie=server.cookie, body=body)
    while True:
        began = time.monotonic()
        answer = await connection.ask(request)
        times.append((time.monotonic() - began) * 1000)
        all_times.errors += answer.status >= 300
        await asyncio.sleep(EVERY)


async def _left_with_old_keys(data_dir: Path) -> int:
    first = KeyFile(data_dir / "secret.key").ring.first
    database = SqliteDatabase(data_dir / "arcano.db")
    used = in_all(await database.read(lambda c: survey(c, SEALED_COLUMNS)))
    database.close()
    return used.total() - used[first.name]
