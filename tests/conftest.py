"""What holds for every test."""

from collections.abc import AsyncGenerator

import pytest_asyncio
from hypothesis import settings
from tests.support.upstream import Upstream, an_upstream

# Tests are not timed: a busy machine is not a failure.
settings.register_profile("arcano", deadline=None)
settings.load_profile("arcano")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def upstream() -> AsyncGenerator[Upstream]:
    """The provider that whole servers talk to, in the loop that their tests share."""
    async with an_upstream() as upstream:
        yield upstream
