"""Answers through the door that speaks OpenAI's chat completions, beside the upstream itself: how many, how soon, how late.

Each is resolved, routed, counted and written into the ledger before its end is told. The upstream speaks the same
format, so that its bytes are passed on.
"""

from collections import Counter
from collections.abc import AsyncGenerator
from functools import partial

import orjson
from tests.load import first_token, held_open, token_delay
from tests.load.asking import DirectAsker
from tests.load.client import connect, http_request
from tests.load.figure import Figure, beside, middle
from tests.load.machine import cpu_seconds
from tests.load.readers import OpenAsker, Round, read_for
from tests.load.running import Bench, bench
from tests.load.words import BURST, PACED, TOKENS

CALLERS = (16, 32, 64)
ROUNDS = 5
SECONDS = 3.0
TARGET = 600
DOOR = " by the door"


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """Answers for each number of callers, then the first token and each token of paced streams, then streams held open.

    Direct and through Arcano take turns, round by round.
    """
    async with bench(quick=quick) as at:
        through = await door_asker(at)
        await read_for(0.5, readers=4, model=BURST, open_asker=through)
        for callers in (4,) if quick else CALLERS:
            yield await _answers(at, through, callers)
        yield await first_token.alone(at, through, DOOR)
        yield await first_token.crowd(at, through, PACED, "one token each 20 ms", DOOR)
        async for figure in token_delay.paced(at, through, DOOR):
            yield figure
        async for figure in held_open.weighed(at, through, DOOR):
            yield figure


async def door_asker(at: Bench) -> OpenAsker:
    """Asks by this door with a key of the owner's."""
    return partial(DirectAsker.open, at.arcano.port, key=await _a_key(at))


async def _a_key(at: Bench) -> str:
    connection = await connect(at.arcano.port)
    body = orjson.dumps({"name": "Benchmark", "doors": ["openai"]})
    asked = http_request(
        "POST", "/api/keys", port=at.arcano.port, cookie=at.arcano.cookie, body=body
    )
    answer = await connection.ask(asked)
    connection.close()
    return orjson.loads(answer.body)["key"]


async def _answers(at: Bench, through: OpenAsker, callers: int) -> Figure:
    seconds = 0.5 if at.quick else SECONDS
    direct: list[float] = []
    ours: list[float] = []
    cpu_us: list[float] = []
    errors: Counter[str] = Counter()

    async def once(open_asker: OpenAsker) -> Round:
        return await read_for(seconds, readers=callers, model=BURST, open_asker=open_asker)

    for _ in range(1 if at.quick else ROUNDS):
        direct.append((await once(at.direct_asker)).turns_a_second)
        before = cpu_seconds(at.arcano.pid)
        answered = await once(through)
        spent = cpu_seconds(at.arcano.pid) - before
        cpu_us.append(spent * 1e6 / (TOKENS * len(answered.heard)))
        ours.append(answered.turns_a_second)
        errors += answered.errors
    return beside(
        f"answers/s of 64 tokens through /v1/chat/completions, {callers} callers",
        "answers/s",
        TARGET,
        "more",
        ours=ours,
        direct=direct,
        note=f"{middle(cpu_us):.1f} µs of the server's processor a token, all in"
        + "".join(f"; {count}x {what}" for what, count in errors.items()),
        errors=errors.total(),
    )
