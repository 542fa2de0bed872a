"""The status of targets: what operators see, and the breaker that they close by hand."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.support.route_house import RouteHouse, route_house

from arcano.inference import InferenceSettings, Target
from arcano.providers import ProviderRefusedKeyError, ProviderUnreachableError

SETTINGS = InferenceSettings.model_validate(
    {
        "routes": [
            {"name": "smart", "targets": [{"model": "llama"}, {"model": "gpt", "id": "cloud"}]},
            {"name": "fast", "targets": [{"model": "llama"}]},
        ]
    }
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[RouteHouse]:
    async with route_house(tmp_path, settings=SETTINGS) as house:
        yield house


async def targets_of(house: RouteHouse) -> dict[str, dict[str, Any]]:
    status = await house.ask("GET", "/api/status")
    assert status.status == 200
    return {target["id"]: target for target in status.json["targets"]}


async def test_every_target_of_a_route_is_shown_before_it_was_asked(house: RouteHouse) -> None:
    targets = await targets_of(house)

    assert list(targets) == ["llama", "cloud"]
    assert targets["cloud"] == {
        "id": "cloud",
        "model": "gpt",
        "routes": ["smart"],
        "breaker": "closed",
        "tried_again_in_seconds": None,
        "running": 0,
        "waiting": 0,
        "tokens_per_second": None,
        "first_word_seconds": None,
        "answered": 0,
        "failed": 0,
        "failures": [],
    }
    assert targets["llama"]["routes"] == ["smart", "fast"]


async def test_how_a_target_did_lately_is_told(house: RouteHouse) -> None:
    live = house.targets.live(Target("cloud", "gpt"))
    for seconds in (1, 3, 2):
        asked = house.clock.now()
        house.clock.pass_by(timedelta(seconds=seconds))
        live.spoke(asked=asked)
        spoke = house.clock.now()
        house.clock.pass_by(timedelta(seconds=10))
        live.wrote(100, since=spoke)
    live.failed(ProviderUnreachableError("Nobody there."))

    cloud = (await targets_of(house))["cloud"]

    assert cloud["first_word_seconds"] == 2
    assert cloud["tokens_per_second"] == 10
    assert (cloud["answered"], cloud["failed"]) == (3, 1)
    [failure] = cloud["failures"]
    assert (failure["code"], failure["detail"]) == ("provider-unreachable", "Nobody there.")


async def test_calls_of_long_ago_do_not_count_as_lately(house: RouteHouse) -> None:
    live = house.targets.live(Target("cloud", "gpt"))
    live.failed(ProviderUnreachableError("Nobody there."))
    house.clock.pass_by(timedelta(hours=1, seconds=1))

    cloud = (await targets_of(house))["cloud"]

    assert cloud["failed"] == 0
    assert len(cloud["failures"]) == 1


async def test_a_model_that_no_route_names_is_shown_after_the_others_once_it_was_asked(
    house: RouteHouse,
) -> None:
    house.targets.live(Target("maker/mistral", "maker/mistral", stands_alone=True))

    targets = await targets_of(house)

    assert list(targets) == ["llama", "cloud", "maker/mistral"]
    assert targets["maker/mistral"]["routes"] == []


async def test_an_operator_closes_a_breaker_by_hand(house: RouteHouse) -> None:
    house.targets.live(Target("cloud", "gpt")).breaker.open(ProviderRefusedKeyError("No."))
    resting = (await targets_of(house))["cloud"]

    done = await house.ask("POST", "/api/status/targets/cloud/reset")

    mended = (await targets_of(house))["cloud"]
    assert (resting["breaker"], resting["tried_again_in_seconds"]) == ("open", 5)
    assert done.status == 204
    assert (mended["breaker"], mended["tried_again_in_seconds"]) == ("closed", None)


async def test_a_target_that_nobody_knows_cannot_be_mended(house: RouteHouse) -> None:
    done = await house.ask("POST", "/api/status/targets/maker/unknown/reset")

    assert (done.status, done.json["code"]) == (404, "target-not-found")
    assert "'maker/unknown'" in done.json["detail"]


async def test_the_status_is_for_the_owner_alone(house: RouteHouse) -> None:
    house.role = "member"

    assert (await house.ask("GET", "/api/status")).status == 403
    assert (await house.ask("POST", "/api/status/targets/cloud/reset")).status == 403


async def test_where_the_line_is_kept_is_told(house: RouteHouse) -> None:
    status = await house.ask("GET", "/api/status")

    assert status.json["queue"] == {"kind": "memory", "reachable": True}
