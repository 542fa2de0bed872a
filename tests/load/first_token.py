"""What Arcano adds to the time from the question to the first token: for one reader, and for 256 at once."""

from collections.abc import AsyncGenerator, Awaitable, Callable

from tests.load.figure import Figure, added_ms, middle, percentile
from tests.load.readers import OpenAsker, Round, prepared, read_for, read_once
from tests.load.running import Bench, bench
from tests.load.words import BURST, PACED

ROUNDS = 5
CROWD = 256
SECONDS_ALONE = 1.5
ALONE_TARGET_MS = 3
CROWD_TARGET_MS = 100

Once = Callable[[OpenAsker], Awaitable[Round]]


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """The median of the first tokens, Arcano's less the upstream's own, round by round."""
    async with bench(quick=quick) as at:
        await read_for(0.5, readers=1, model=BURST, open_asker=at.arcano.asker)
        yield await _alone(at)
        yield await _crowd(at, PACED, "one token each 20 ms")
        yield await _crowd(at, BURST, "all 64 tokens at once")


async def _alone(at: Bench) -> Figure:
    seconds = 0.3 if at.quick else SECONDS_ALONE

    async def once(open_asker: OpenAsker) -> Round:
        return await read_for(seconds, readers=1, model=BURST, open_asker=open_asker)

    return await _added("added time to the first token, 1 reader", ALONE_TARGET_MS, at, once)


async def _crowd(at: Bench, model: str, pace: str) -> Figure:
    readers = 16 if at.quick else CROWD

    async def once(open_asker: OpenAsker) -> Round:
        async with prepared(readers, open_asker) as askers:
            return await read_once(askers, model=model, timed=False)

    name = f"added time to the first token, {readers} at once, {pace}"
    # The burst is the harder case and for information: the target speaks of streams at a model's pace.
    return await _added(name, CROWD_TARGET_MS if model == PACED else None, at, once)


async def _added(name: str, target: float | None, at: Bench, once: Once) -> Figure:
    direct: list[float] = []
    ours: list[float] = []
    slowest: list[float] = []
    errors = 0
    for _ in range(1 if at.quick else ROUNDS):
        direct.append(_median_ms(await once(at.direct_asker)))
        through = await once(at.arcano.asker)
        ours.append(_median_ms(through))
        slowest.append(max(heard.to_first_token_ms for heard in through.heard))
        errors += through.errors.total()
    note = f"the slowest took {middle(slowest):.1f} ms"
    return added_ms(name, target, ours=ours, direct=direct, note=note, errors=errors)


def _median_ms(result: Round) -> float:
    return percentile([heard.to_first_token_ms for heard in result.heard], 0.5)
