"""A little of what `make attack` does for minutes: each door is asked, and no answer is one that is not described."""

from pathlib import Path

import pytest
from tests.attack.described_doors import attack


@pytest.mark.long
async def test_every_door_answers_as_it_is_described(tmp_path: Path) -> None:
    told = await attack("owner", tmp_path, seed=1, examples=1, phases=["fuzzing"])

    assert not told.findings, told.output
    assert told.doors > 100
    assert told.cases > told.doors
