"""A trail of its own for each test."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from tests.support.audit_house import AuditHouse, audit_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[AuditHouse]:
    async with audit_house(tmp_path) as house:
        yield house
