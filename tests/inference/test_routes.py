"""What a chosen name means, and what may be written into `arcano.toml` about it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from arcano.inference import (
    Bounds,
    Conditions,
    Fallback,
    FixedRoutes,
    InferenceSettings,
    Route,
    Target,
    Timeouts,
)
from arcano.inference.routes import REMEMBERED_MODELS

SMART = {
    "name": "smart",
    "targets": [
        {"model": "llama", "running": 8, "waiting": 20},
        {"model": "gpt", "id": "cloud", "max_input_tokens": 1000, "images": False},
    ],
    "fallback": {"refusal": True, "overload": False},
    "timeouts": {"first_token": 30},
}


def route_for(settings: dict[str, Any], name: str) -> Route:
    return asyncio.run(InferenceSettings(**settings).route_book().find(name))


def test_a_route_is_what_its_settings_say() -> None:
    route = route_for({"routes": [SMART], "waiting": 50}, "smart")

    timeouts = Timeouts(first_token=timedelta(seconds=30))
    assert route == Route(
        "smart",
        (
            Target("llama", "llama", rank=0, bounds=Bounds(8, 20), timeouts=timeouts),
            Target(
                "cloud",
                "gpt",
                rank=1,
                bounds=Bounds(None, 50),
                conditions=Conditions(1000, images=False),
                timeouts=timeouts,
            ),
        ),
        Fallback(refusal=True, overload=False),
    )


def test_a_model_that_no_route_names_is_a_route_of_one_target() -> None:
    route = route_for({"routes": [SMART], "running": 3, "waiting": 50}, "claude")

    assert route.targets == (Target("claude", "claude", bounds=Bounds(3, 50), stands_alone=True),)
    assert not route.made


def test_a_model_that_a_route_names_is_the_same_place_when_chosen_by_itself() -> None:
    route = route_for({"routes": [SMART], "running": 3}, "gpt")

    [target] = route.targets
    assert target.id == "cloud"
    assert target.bounds == Bounds(None, 1000)
    assert target.conditions == Conditions()
    assert route.made


def test_settings_that_say_nothing_mean_what_the_code_says() -> None:
    settings = InferenceSettings()

    assert settings.retry.values() == Route("any", ()).retry
    assert settings.breaker.values().calls == 20
    assert asyncio.run(settings.route_book().all()) == ()


def test_all_routes_that_were_made_can_be_listed() -> None:
    routes = (Route("one", (Target("a", "a"),)), Route("two", (Target("b", "b"),)))

    assert asyncio.run(FixedRoutes(routes).all()) == routes


def one_route(*targets: dict[str, Any], name: str = "route") -> dict[str, Any]:
    return {"name": name, "targets": targets}


@pytest.mark.parametrize(
    ("routes", "told"),
    [
        ([one_route()], "at least 1 item"),
        ([one_route({"model": "a"}), one_route({"model": "b"})], "Two routes are called 'route'"),
        ([one_route({"model": "a"}, {"model": "a"})], "has 'a' twice"),
        ([one_route({"model": "a", "rank": 1}, {"model": "b"})], "a `rank`, or none"),
        (
            [
                one_route({"model": "a", "running": 1}, name="one"),
                one_route({"model": "a", "running": 2}, name="two"),
            ],
            "'a' stands in two places",
        ),
        ([one_route({"model": "a", "weight": 0})], "greater than 0"),
        ([one_route({"model": "a", "wait": 1})], "Extra inputs are not permitted"),
        ([one_route({"model": "a", "timeouts": {"idle": 0}})], "greater than"),
    ],
)
def test_settings_that_mean_nothing_are_refused_with_the_reason(
    routes: list[dict[str, Any]], told: str
) -> None:
    with pytest.raises(ValidationError, match=told):
        InferenceSettings.model_validate({"routes": routes})


def test_a_breaker_that_could_never_open_is_refused() -> None:
    with pytest.raises(ValidationError, match="fewest_calls"):
        InferenceSettings.model_validate({"breaker": {"calls": 3, "fewest_calls": 4}})


def test_any_number_of_mistyped_names_leaves_each_model_its_own_route() -> None:
    async def ask() -> None:
        routes = FixedRoutes()
        for number in range(2 * REMEMBERED_MODELS + 1):
            route = await routes.find(f"model-{number % (REMEMBERED_MODELS + 7)}")
            assert route.targets[0].model_id == route.name
            assert route.targets[0].stands_alone
            assert await routes.find(route.name) is route

    asyncio.run(ask())
