"""A house for each test: a person, a conversation, a real database, and a model with a script."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from tests.support.chat_house import ChatHouse, chat_house
from tests.support.scripted_model import FINISHED, ScriptedModel

from arcano.providers import TextDelta


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[ChatHouse]:
    model = ScriptedModel(TextDelta("Good "), TextDelta("morning."), FINISHED)
    async with chat_house(tmp_path, model=model) as house:
        yield house
