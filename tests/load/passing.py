"""How many answers a second pass through us, beside a bare relay and beside no one in between.

All are asked by the same readers, round by round, on the same core and with the same library. The relay
(tests/load/relay.py) does nothing but pass on; the routed one (tests/load/routed_relay.py) has our routing and our adapter
between, and stores as little. A turn is stored, numbered and may be heard again.
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
                _, bare = stack.enter_context(upstream("tests.load.relay", address))
                _, routed = stack.enter_context(upstream("tests.load.routed_relay", address))
            ways: dict[str, OpenAsker] = {
                "nobody": at.direct_asker,
                "relay": partial(DirectAsker.open, bare),
                "routed": partial(DirectAsker.open, routed),
                "turn": at.arcano.asker,
            }
            for readers in (4,) if quick else READERS:
                for figure in await _figures(at, ways, readers):
                    yield figure


async def _figures(at: Bench, ways: dict[str, OpenAsker], readers: int) -> list[Figure]:
    seconds = 0.5 if at.quick else SECONDS
    rates: dict[str, list[float]] = {way: [] for way in ways}
    errors: Counter[str] = Counter()
    for _ in range(1 if at.quick else ROUNDS):
        for way, open_asker in ways.items():
            result = await read_for(seconds, readers=readers, model=BURST, open_asker=open_asker)
            rates[way].append(result.turns_a_second)
            errors += result.errors
    middles = {way: middle(rates[way]) for way in ways}

    def share(way: str, what: str, target: float | None) -> Figure:
        ours, relay, nobody = middles[way], middles["relay"], middles["nobody"]
        return Figure(
            f"answers of 64 tokens pass {what}, share of a bare relay's, {readers} readers",
            100 * ours / relay,
            "%",
            target,
            "more",
            direct=relay,
            ratio=ours / relay,
            note=f"{ours:.0f}/s ({spread(rates[way])}) beside {relay:.0f} relayed by aiohttp and {nobody:.0f} "
            f"without anybody between ({ours / nobody:.0%} of these)"
            + "".join(f"; {count}x {wrong}" for wrong, count in errors.items()),
            errors=errors.total(),
        )

    return [
        share("routed", "through routing and adapter", TARGET_PERCENT),
        share("turn", "as stored turns", None),
    ]
