"""How many answers a second pass through a turn's door, beside a bare relay and beside no one in between.

All three are asked by the same readers, round by round. A turn is stored, numbered and may be heard again; the relay
(tests/load/relay.py) does nothing but pass on, with the same library and on the same core.
"""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import ExitStack
from functools import partial

from tests.load.asking import DirectAsker
from tests.load.figure import Figure, middle, spread
from tests.load.machine import SERVER_CORE, pinned
from tests.load.readers import OpenAsker, read_for
from tests.load.running import Bench, bench, upstream
from tests.load.words import BURST

READERS = (16, 32, 64)
ROUNDS = 3
SECONDS = 3.0
TARGET_PERCENT = 40


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """One figure for each number of readers."""
    async with bench(quick=quick) as at:
        with ExitStack() as stack:
            with pinned(SERVER_CORE):
                address = f"http://127.0.0.1:{at.upstream_port}"
                _, port = stack.enter_context(upstream("tests.load.relay", address))
            for readers in (4,) if quick else READERS:
                yield await _figure(at, partial(DirectAsker.open, port), readers)


async def _figure(at: Bench, relayed: OpenAsker, readers: int) -> Figure:
    ways: dict[str, OpenAsker] = {
        "nobody": at.direct_asker,
        "relay": relayed,
        "arcano": at.arcano.asker,
    }
    seconds = 0.5 if at.quick else SECONDS
    rates: dict[str, list[float]] = {way: [] for way in ways}
    errors: Counter[str] = Counter()
    for _ in range(1 if at.quick else ROUNDS):
        for way, open_asker in ways.items():
            result = await read_for(seconds, readers=readers, model=BURST, open_asker=open_asker)
            rates[way].append(result.turns_a_second)
            errors += result.errors
    nobody, relay, ours = (middle(rates[way]) for way in ways)
    return Figure(
        f"answers of 64 tokens pass, share of a bare relay's, {readers} readers",
        100 * ours / relay,
        "%",
        TARGET_PERCENT,
        "more",
        direct=relay,
        ratio=ours / relay,
        note=f"{ours:.0f} stored turns/s ({spread(rates['arcano'])}) beside {relay:.0f} relayed by aiohttp "
        f"and {nobody:.0f} without anybody between ({ours / nobody:.0%} of these)"
        + "".join(f"; {count}x {what}" for what, count in errors.items()),
        errors=errors.total(),
    )
