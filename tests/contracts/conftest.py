"""What several contracts are held against alike."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import pytest
from tests.support.redis import a_corner, a_redis

from arcano.usage.limits.open_counting import Counting, open_counting


@pytest.fixture(params=["memory", "redis"])
async def counting(request: pytest.FixtureRequest) -> AsyncGenerator[Counting]:
    """What limits are counted by, in this process and in a real Redis."""
    async with AsyncExitStack() as stack:
        url, prefix = None, "arcano"
        if request.param == "redis":
            url = stack.enter_context(a_redis())
            prefix = (await stack.enter_async_context(a_corner(url))).namespace
        yield await stack.enter_async_context(open_counting(url, prefix=prefix))
