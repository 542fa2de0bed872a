"""What holds for every test."""

from collections.abc import AsyncGenerator
from importlib.util import find_spec

import pytest
import pytest_asyncio
from hypothesis import settings
from tests.support.chance import RUNS
from tests.support.upstream import Upstream, an_upstream

# Tests are not timed: a busy machine is not a failure.
settings.register_profile("arcano", deadline=None, max_examples=100 * RUNS)
settings.load_profile("arcano")


EXTRAS = {"transformers": ("transformers", "torch"), "litellm": ("litellm",)}
"""Extras that take so much room that few have them, and what they need."""

MISSING = [name for name, needs in EXTRAS.items() if not all(find_spec(need) for need in needs)]


def pytest_report_header() -> list[str]:
    """Say which tests are left out, and why."""
    return [
        f"left out: tests of the extra `{name}`, which is not installed here" for name in MISSING
    ]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [each for each in items if any(map(each.get_closest_marker, MISSING))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [each for each in items if each not in left_out]
    # In random order but for these: one that begins last is waited for with a core idle.
    items.sort(key=lambda each: each.get_closest_marker("long") is None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def upstream() -> AsyncGenerator[Upstream]:
    """The provider that whole servers talk to, in the loop that their tests share."""
    async with an_upstream() as upstream:
        yield upstream
