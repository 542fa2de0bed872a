"""What limits cost each call: four of requests, four of tokens and four at once, in memory, entered and left again."""

import time
from collections.abc import AsyncGenerator

from tests.load.figure import Figure

from arcano.usage import Caller, Limiter, LimitSettings
from arcano.usage.limits.open_counting import Counting
from arcano.usage.settings import LimitAmounts

CALLS = 20_000
QUICK_CALLS = 200


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """µs of processor time for each call, without any limit and with twelve."""
    calls = QUICK_CALLS if quick else CALLS
    most = LimitAmounts(requests_per_minute=10**9, tokens_per_minute=10**9, concurrent=10**6)
    settings = {
        "no limit": LimitSettings(),
        "12 limits": LimitSettings(person=most, key=most, address=most, model=most),
    }
    for name, limits in settings.items():
        limiter = Limiter(limits, Counting())
        began = time.process_time()
        for number in range(calls):
            caller = Caller(f"u{number % 100}", key_id=f"k{number % 100}", address="192.0.2.1")
            await limiter.leave(await limiter.enter(caller, "fast", 100), 50)
        spent = time.process_time() - began
        yield Figure(f"limits: {name}", spent / calls * 1e6, "µs a call")
