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
        through = at.arcano.asker
        yield await alone(at, through)
        yield await crowd(at, through, PACED, "one token each 20 ms")
        yield await crowd(at, through, BURST, "all 64 tokens at once")


async def alone(at: Bench, through: OpenAsker, door: str = "") -> Figure:
    """For one reader who comes `through` this. `door` names it in the figure."""
    seconds = 0.3 if at.quick else SECONDS_ALONE

    async def once(open_asker: OpenAsker) -> Round:
        return await read_for(seconds, readers=1, model=BURST, open_asker=open_asker)

    name = f"added time to the first token{door}, 1 reader"
    return await _added(name, ALONE_TARGET_MS, at, through, once)


async def crowd(at: Bench, through: OpenAsker, model: str, pace: str, door: str = "") -> Figure:
    """For many who all ask at the same moment."""
    readers = 16 if at.quick else CROWD

    async def once(open_asker: OpenAsker) -> Round:
        async with prepared(readers, open_asker) as askers:
            return await read_once(askers, model=model, timed=False)

    name = f"added time to the first token{door}, {readers} at once, {pace}"
    # The burst is the harder case and for information: the target speaks of streams at a model's pace.
    target = CROWD_TARGET_MS if model == PACED else None
    return await _added(name, target, at, through, once)


async def _added(
    name: str, target: float | None, at: Bench, through: OpenAsker, once: Once
) -> Figure:
    direct: list[float] = []
    ours: list[float] = []
    slowest: list[float] = []
    errors = 0
    for _ in range(1 if at.quick else ROUNDS):
        direct.append(_median_ms(await once(at.direct_asker)))
        answered = await once(through)
        ours.append(_median_ms(answered))
        slowest.append(max(heard.to_first_token_ms for heard in answered.heard))
        errors += answered.errors.total()
    note = f"the slowest took {middle(slowest):.1f} ms"
    return added_ms(name, target, ours=ours, direct=direct, note=note, errors=errors)


def _median_ms(result: Round) -> float:
    return percentile([heard.to_first_token_ms for heard in result.heard], 0.5)
