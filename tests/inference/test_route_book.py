"""The book of all routes: what a name means now, on this server and on others with the same database."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.support.route_house import RouteHouse, route_house

from arcano.inference import Bounds, InferenceSettings, Route, Target
from arcano.providers import ProviderRefusedKeyError


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[RouteHouse]:
    async with route_house(tmp_path) as house:
        yield house


def models_of(route: Route) -> list[str]:
    return [target.model_id for target in route.targets]


async def test_a_change_holds_for_the_next_call_and_not_for_one_that_runs(
    house: RouteHouse,
) -> None:
    made = await house.make("smart", {"model": "llama"})
    running = await house.book.find("smart")

    await house.ask(
        "PUT",
        "/api/routes/smart",
        {"name": "smart", "version": made["version"], "targets": [{"model": "gpt"}]},
    )

    assert models_of(await house.book.find("smart")) == ["gpt"]
    assert models_of(running) == ["llama"]


async def test_a_route_that_was_removed_is_an_ordinary_name_again(house: RouteHouse) -> None:
    made = await house.make("llama", {"model": "gpt"})
    as_route = await house.book.find("llama")

    await house.ask("DELETE", f"/api/routes/llama?version={made['version']}")
    as_model = await house.book.find("llama")

    assert (as_route.made, models_of(as_route)) == (True, ["gpt"])
    assert (as_model.made, models_of(as_model)) == (False, ["llama"])


async def test_routes_come_back_after_a_restart(house: RouteHouse, tmp_path: Path) -> None:
    await house.make("smart", {"model": "llama", "running": 2, "waiting": 3})

    async with route_house(tmp_path) as restarted:
        [target] = (await restarted.book.find("smart")).targets

    assert target.bounds == Bounds(2, 3)


async def test_looking_a_route_up_asks_the_database_once_a_second_at_most(
    house: RouteHouse, tmp_path: Path
) -> None:
    await house.book.find("smart")
    async with route_house(tmp_path) as other:
        await other.make("smart", {"model": "llama"})

    at_once = await house.book.find("smart")
    house.tick.seconds += 1
    a_second_later = await house.book.find("smart")

    assert not at_once.made
    assert models_of(a_second_later) == ["llama"]


async def test_every_kind_of_change_on_another_server_is_noticed(
    house: RouteHouse, tmp_path: Path
) -> None:
    async def seen() -> list[str]:
        house.tick.seconds += 1
        return [f"{route.name}: {models_of(route)}" for route in await house.book.all()]

    async with route_house(tmp_path) as other:
        made = await other.make("smart", {"model": "llama"})
        after_adding = await seen()
        changed = await other.ask(
            "PUT",
            "/api/routes/smart",
            {"name": "smart", "version": made["version"], "targets": [{"model": "gpt"}]},
        )
        after_changing = await seen()
        await other.ask("DELETE", f"/api/routes/smart?version={changed.json['version']}")
        after_removing = await seen()

    assert after_adding == ["smart: ['llama']"]
    assert after_changing == ["smart: ['gpt']"]
    assert after_removing == []


async def test_nothing_is_read_anew_where_nothing_has_changed(house: RouteHouse) -> None:
    await house.make("smart", {"model": "llama"})
    heard = len(house.told)

    for _ in range(3):
        house.tick.seconds += 5
        await house.book.find("smart")

    assert len(house.told) == heard


async def test_a_look_in_vain_reads_one_row_and_no_route(house: RouteHouse) -> None:
    await house.make("smart", {"model": "llama"})
    await house.database.write(lambda c: c.execute(text("DROP TABLE routes")))

    await house.book.look_again()

    assert models_of(await house.book.find("smart")) == ["llama"]


async def test_a_database_that_is_gone_leaves_the_routes_that_are_known(
    house: RouteHouse,
) -> None:
    await house.make("smart", {"model": "llama"})
    await house.database.write(lambda c: c.execute(text("DROP TABLE route_book")))
    house.tick.seconds += 5

    assert models_of(await house.book.find("smart")) == ["llama"]


async def test_what_the_settings_say_later_comes_first_and_the_other_says_why(
    house: RouteHouse, tmp_path: Path
) -> None:
    await house.make("smart", {"model": "llama"})
    await house.make("fast", {"model": "gpt", "running": 1})
    now_in_the_file = {"name": "smart", "targets": [{"model": "gpt", "running": 9}]}
    settings = InferenceSettings.model_validate({"routes": [now_in_the_file]})

    async with route_house(tmp_path, settings=settings) as restarted:
        route = await restarted.book.find("smart")
        listed = (await restarted.ask("GET", "/api/routes")).json["items"]
        by_name = (await restarted.ask("GET", "/api/routes/smart")).json

    assert models_of(route) == ["gpt"]
    assert [(route["name"], route["source"], route["problem"]) for route in listed] == [
        ("smart", "settings", None),
        ("smart", "person", "Two routes are called 'smart'."),
        (
            "fast",
            "person",
            "'gpt' stands in two places with another model or other bounds. It is one place with one "
            "line: give one of them another `id`.",
        ),
    ]
    assert by_name["source"] == "settings"


async def test_a_name_is_not_given_away_while_a_route_that_is_not_in_effect_has_it(
    house: RouteHouse, tmp_path: Path
) -> None:
    await house.make("fast", {"model": "gpt", "running": 1})
    clashing = {"name": "smart", "targets": [{"model": "gpt", "running": 9}]}
    settings = InferenceSettings.model_validate({"routes": [clashing]})

    async with route_house(tmp_path, settings=settings) as restarted:
        again = await restarted.ask(
            "POST", "/api/routes", {"name": "fast", "targets": [{"model": "llama"}]}
        )

    assert (again.status, again.json["code"]) == (409, "route-clashes")


async def test_a_model_that_a_route_now_names_is_left_alone_when_it_fails(
    house: RouteHouse,
) -> None:
    """Before, nobody else could be asked; its breaker let everybody through."""
    [alone] = (await house.book.find("llama")).targets
    breaker = house.targets.live(alone).breaker
    refused = ProviderRefusedKeyError("The key is wrong.")
    breaker.open(refused)
    before = breaker.state

    made = await house.make("smart", {"model": "llama"}, {"model": "gpt"})
    breaker.open(refused)
    as_target = breaker.state
    await house.ask("DELETE", f"/api/routes/smart?version={made['version']}")

    assert (before, as_target, breaker.state) == ("closed", "open", "closed")


async def test_a_target_that_means_another_model_begins_anew(house: RouteHouse) -> None:
    made = await house.make("smart", {"model": "llama", "id": "best"})
    old = house.targets.live(Target("best", "llama"))
    old.failed(ProviderRefusedKeyError("The key is wrong."))

    await house.ask(
        "PUT",
        "/api/routes/smart",
        {
            "name": "smart",
            "version": made["version"],
            "targets": [{"model": "gpt", "id": "best"}],
        },
    )

    best = house.targets.find("best")
    assert best is None or (best.model_id, best.failures) == ("gpt", ())


async def test_a_route_that_cannot_be_read_is_named_in_the_log_and_hinders_no_other(
    house: RouteHouse, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await house.make("odd", {"model": "llama"})
    smart = await house.make("smart", {"model": "llama"})
    unknown = text("UPDATE routes SET settings = '{\"of_tomorrow\": 1}' WHERE name = 'odd'")
    await house.database.write(lambda c: c.execute(unknown))

    async with route_house(tmp_path) as restarted:
        assert [route.name for route in await restarted.book.all()] == ["smart"]
        anew = {"name": "odd", "targets": [{"model": "llama"}]}
        assert (await restarted.ask("POST", "/api/routes", anew)).json["code"] == "route-clashes"
        renamed = await restarted.ask(
            "PUT", "/api/routes/smart", {**anew, "version": smart["version"]}
        )
        assert renamed.json["code"] == "route-clashes"

    assert "The route 'odd' is not in effect" in caplog.text
