"""A house for each test: a person, a real database, and a model that answers with an echo."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from tests.support.batch_house import BatchHouse, batch_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[BatchHouse]:
    async with batch_house(tmp_path) as house:
        yield house
