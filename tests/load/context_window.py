"""A turn at the end of a long conversation: what it costs the server is what is sent, not what was said before."""

from collections.abc import AsyncGenerator

from tests.load.asking import ArcanoAsker, Heard
from tests.load.figure import Figure, beside
from tests.load.long_conversation import filled
from tests.load.machine import cpu_seconds
from tests.load.running import Arcano, bench
from tests.load.words import NARROW, NARROW_WINDOW

LENGTHS = (100, 1_000, 10_000)
"""Messages. Already the first fill the window of the model that is asked."""

ROUNDS = 5
TURNS = 40


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """Beside each length: the shortest of them, with as much sent in each turn."""
    turns = 5 if quick else TURNS
    async with bench(quick=quick) as at:
        asker = await at.arcano.asker()
        database = at.arcano.data_dir / "arcano.db"
        places = {length: await filled(asker, database, length) for length in LENGTHS}
        first = [await _ask(asker, places[length]) for length in LENGTHS]
        spent: dict[int, list[float]] = {length: [] for length in LENGTHS}
        for _ in range(1 if quick else ROUNDS):
            for length in LENGTHS:
                spent[length].append(await _spent_ms(at.arcano, asker, places[length], turns))
        asker.close()
    for length in LENGTHS[1:]:
        yield beside(
            f"a turn in a conversation of {length:,} messages, server",
            "ms",
            ours=spent[length],
            direct=spent[LENGTHS[0]],
            note=f"processor time; beside it: {LENGTHS[0]} messages; window {NARROW_WINDOW:,}",
        )
    yield beside(
        f"the first turn that is asked in it, {LENGTHS[-1]:,} messages",
        "ms",
        ours=[first[-1]],
        direct=[first[0]],
        note="until its first token: the end of the branch is read, once",
    )


async def _spent_ms(arcano: Arcano, asker: ArcanoAsker, conversation: str, turns: int) -> float:
    """Milliseconds of the processor for each turn."""
    before = cpu_seconds(arcano.pid)
    for _ in range(turns):
        await _ask(asker, conversation)
    return (cpu_seconds(arcano.pid) - before) / turns * 1000


async def _ask(asker: ArcanoAsker, conversation: str) -> float:
    """One turn, heard to its end. Milliseconds to its first token."""
    asker.conversation_id, asker.turns = conversation, 0
    heard = Heard()
    await asker.follow(await asker.start_turn(NARROW), heard.hear)
    return heard.to_first_token_ms
