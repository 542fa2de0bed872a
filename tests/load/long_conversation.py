"""A conversation of 10,000 messages: opening it, and asking one more question in it."""

import sqlite3
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import closing
from pathlib import Path

import orjson
from tests.load.asking import ArcanoAsker, Heard
from tests.load.figure import Figure, beside, percentile
from tests.load.running import bench
from tests.load.words import BURST
from uuid_utils import uuid7

MESSAGES = 10_000
SHORT = 50
"""As many messages as one page of the list holds."""

ROUNDS = 5
TIMES = 20
OPENING_TARGET_MS = 50
WORDS = "A sentence of a conversation that has been going on for a long time, as they do. " * 4


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """Beside each: the same with a conversation of 50 messages."""
    async with bench(quick=quick) as at:
        asker = await at.arcano.asker()
        database = at.arcano.data_dir / "arcano.db"
        long = await filled(asker, database, 500 if quick else MESSAGES)
        short = await filled(asker, database, SHORT)
        rounds = 1 if quick else ROUNDS
        yield await _opening(asker, long, short, rounds)
        accepted: tuple[list[float], list[float]] = ([], [])
        spoken: tuple[list[float], list[float]] = ([], [])
        for _ in range(rounds):
            for place, conversation in enumerate((long, short)):
                to_accept, to_speak = await _appending(asker, conversation)
                accepted[place].append(to_accept)
                spoken[place].append(to_speak)
        asker.close()
    yield _compared("appending a turn, until it is stored", *accepted)
    yield _compared(
        "appending a turn, until its first token",
        *spoken,
        note="the history that fits the model's window is read and sent",
    )


async def _opening(asker: ArcanoAsker, long: str, short: str, rounds: int) -> Figure:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for place, conversation in enumerate((long, short)):
            times[place].append(await _open(asker, conversation))
    return beside(
        "opening a conversation of 10,000 messages",
        "ms",
        OPENING_TARGET_MS,
        ours=times[0],
        direct=times[1],
        note="both requests, as the reader waits; beside it: 50 messages",
    )


async def _open(asker: ArcanoAsker, conversation: str) -> float:
    times: list[float] = []
    for _ in range(TIMES):
        started = time.monotonic()
        await asker.get(f"/api/conversations/{conversation}")
        await asker.get(f"/api/conversations/{conversation}/messages?through=head")
        times.append((time.monotonic() - started) * 1000)
    return percentile(times, 0.5)


async def _appending(asker: ArcanoAsker, conversation: str) -> tuple[float, float]:
    """Milliseconds until the turn is stored, and until its first token is heard; medians."""
    stored: list[float] = []
    spoken: list[float] = []
    for _ in range(TIMES):
        asker.conversation_id, asker.turns = conversation, 0
        heard = Heard()
        turn_id = await asker.start_turn(BURST)
        stored.append((time.monotonic_ns() - heard.started_ns) / 1e6)
        await asker.follow(turn_id, heard.hear)
        spoken.append(heard.to_first_token_ms)
    return percentile(stored, 0.5), percentile(spoken, 0.5)


def _compared(name: str, long: list[float], short: list[float], *, note: str = "") -> Figure:
    note = "; ".join(filter(None, ("beside it: 50 messages", note)))
    return beside(f"{name}, 10,000 messages", "ms", ours=long, direct=short, note=note)


async def filled(
    asker: ArcanoAsker, database: Path, messages: int, *, texts: Sequence[str] = (WORDS,)
) -> str:
    """A conversation with so many messages on one branch, written into the database directly."""
    await asker.begin_conversation()
    conversation = asker.conversation_id
    contents = [orjson.dumps([{"type": "text", "text": text}]).decode() for text in texts]
    now = time.time_ns() // 1000
    ids = [str(uuid7()) for _ in range(messages)]
    rows = [
        (
            ids[number],
            conversation,
            ids[number - 1] if number else None,
            number + 1,
            "assistant" if number % 2 else "user",
            contents[number % len(contents)],
            "finished",
            BURST if number % 2 else None,
            now + number,
        )
        for number in range(messages)
    ]
    with closing(sqlite3.connect(database, timeout=10)) as connection, connection:
        connection.executemany(
            "INSERT INTO messages (id, conversation_id, parent_id, depth, role, content, status,"
            " model, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        connection.execute(
            "UPDATE conversations SET head_id = ?, title = 'Long' WHERE id = ?",
            (ids[-1], conversation),
        )
    return conversation
