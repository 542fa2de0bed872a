"""When an answer fails, the provider's own name for the call is told: its support asks for it first."""

import logging
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.chat.test_routed_answers import ROUTE, TwoModels
from tests.support.chat_house import ChatHouse, chat_house
from tests.support.scripted_model import ScriptedModel

from arcano.inference import FixedRoutes
from arcano.providers import (
    CallAccepted,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    StreamCutError,
    TextDelta,
)


async def failure_told(house: ChatHouse) -> dict[str, Any]:
    turn = await house.answer()
    heard = await house.hear(turn.id)
    message = await house.message(turn.assistant_message_id)
    told = orjson.loads(heard[-1][1][1])
    assert told["type"] == "turn-failed"
    assert message.failure is not None
    assert message.failure.provider_request_id == told["provider_request_id"]
    return told


async def test_an_answer_that_broke_off_names_the_call_that_was_taken(
    house: ChatHouse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="arcano.chat.run_turn")
    house.says(
        ScriptedModel(CallAccepted("req_42"), TextDelta("Half"), StreamCutError("It broke."))
    )

    told = await failure_told(house)

    assert told["provider_request_id"] == "req_42"
    assert "req_42" in caplog.text


async def test_a_call_that_was_not_taken_is_named_by_its_refusal(house: ChatHouse) -> None:
    refused = ProviderRefusedKeyError("The key is wrong.")
    refused.request_id = "req_7"
    house.says(ScriptedModel(refused))

    assert (await failure_told(house))["provider_request_id"] == "req_7"


async def test_without_a_name_nothing_is_made_up(house: ChatHouse) -> None:
    house.says(ScriptedModel(StreamCutError("It broke.")))

    assert (await failure_told(house))["provider_request_id"] is None


async def test_another_targets_call_is_not_taken_for_the_one_that_failed(tmp_path: Path) -> None:
    first = ScriptedModel(
        CallAccepted("req_first"), TextDelta("The quick "), StreamCutError("Cut.")
    )
    second = ScriptedModel(ProviderRefusedKeyError("The key is wrong."))
    async with chat_house(
        tmp_path, model=first, models=TwoModels(first, second), routes=FixedRoutes([ROUTE])
    ) as house:
        assert (await failure_told(house))["provider_request_id"] is None


async def test_the_name_stays_with_the_error_that_is_told_of_several(tmp_path: Path) -> None:
    busy = ProviderOverloadedError("Too many ask.")
    busy.request_id = "req_busy"
    first, second = ScriptedModel(busy), ScriptedModel(ProviderRefusedKeyError("Wrong key."))
    async with chat_house(
        tmp_path, model=first, models=TwoModels(first, second), routes=FixedRoutes([ROUTE])
    ) as house:
        told = await failure_told(house)

    assert "Others: b" in told["message"]
    assert told["provider_request_id"] == "req_busy"
