"""What holds for every test."""

from collections.abc import AsyncGenerator
from importlib.util import find_spec

import pytest
import pytest_asyncio
from hypothesis import settings
from tests.support.upstream import Upstream, an_upstream

# Tests are not timed: a busy machine is not a failure.
settings.register_profile("arcano", deadline=None)
settings.load_profile("arcano")


HAS_TRANSFORMERS = find_spec("transformers") is not None and find_spec("torch") is not None


def pytest_report_header() -> str | None:
    """Say which tests are left out, and why: PyTorch takes gigabytes, so that few have it."""
    if HAS_TRANSFORMERS:
        return None
    return "left out: tests of the extra `transformers`, which is not installed here"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [each for each in items if each.get_closest_marker("transformers")]
    if left_out and not HAS_TRANSFORMERS:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [each for each in items if each not in left_out]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def upstream() -> AsyncGenerator[Upstream]:
    """The provider that whole servers talk to, in the loop that their tests share."""
    async with an_upstream() as upstream:
        yield upstream
