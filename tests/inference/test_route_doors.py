"""The doors of routes: who may read, who may write, and what is refused with which words."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from tests.support.acts import recorded
from tests.support.route_house import RouteHouse, route_house

from arcano.inference import InferenceSettings
from arcano.inference.route_book.schemas import RouteView, TargetView
from arcano.inference.settings import RouteSettings, TargetSettings

SETTINGS = InferenceSettings.model_validate(
    {"routes": [{"name": "steady", "targets": [{"model": "llama", "id": "rack", "running": 2}]}]}
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[RouteHouse]:
    async with route_house(tmp_path, settings=SETTINGS) as house:
        yield house


async def test_a_route_is_made_read_changed_and_removed(house: RouteHouse) -> None:
    made = await house.make("smart", {"model": "llama"}, {"model": "gpt", "max_input_tokens": 9})

    by_id = await house.ask("GET", f"/api/routes/{made['id']}")
    by_name = await house.ask("GET", "/api/routes/smart")
    changed = await house.ask(
        "PUT",
        f"/api/routes/{made['id']}",
        {"name": "smarter", "targets": [{"model": "gpt"}], "version": made["version"]},
    )
    gone = await house.ask("DELETE", f"/api/routes/{made['id']}?version={changed.json['version']}")
    left = await house.ask("GET", "/api/routes")

    assert by_id.json == by_name.json == made
    assert (changed.status, changed.json["name"]) == (200, "smarter")
    assert changed.json["version"] > made["version"]
    assert changed.json["created_at"] == made["created_at"]
    assert [target["id"] for target in changed.json["targets"]] == ["gpt"]
    assert gone.status == 204
    assert [route["name"] for route in left.json["items"]] == ["steady"]
    assert len(house.changes) == 3


async def test_a_route_is_shown_as_a_whole(house: RouteHouse) -> None:
    made = await house.make(
        "smart",
        {"model": "llama", "id": "a", "rank": 0, "variant": "x", "weight": 2, "running": 3},
        {
            "model": "gpt",
            "rank": 0,
            "variant": "y",
            "images": False,
            "completes": True,
            "timeouts": {"idle": 30},
        },
        fallback={"refusal": True, "overload": False},
        timeouts={"first_token": 60},
    )

    assert made["source"] == "person"
    assert made["problem"] is None
    assert made["fallback"] == {
        "failure": True,
        "overload": False,
        "context_too_long": True,
        "refusal": True,
    }
    assert made["timeouts"] == {"first_token": 60, "idle": 120, "loading": 900}
    assert made["targets"] == [
        {
            "model": "llama",
            "id": "a",
            "rank": 0,
            "variant": "x",
            "weight": 2,
            "running": 3,
            "waiting": None,
            "max_input_tokens": None,
            "images": True,
            "tools": True,
            "timeouts": None,
            "micro_batch": None,
            "completes": False,
            "state": "known",
        },
        {
            "model": "gpt",
            "id": "gpt",
            "rank": 0,
            "variant": "y",
            "weight": 1,
            "running": None,
            "waiting": None,
            "max_input_tokens": None,
            "images": False,
            "tools": True,
            "timeouts": {"first_token": 300, "idle": 30, "loading": 900},
            "micro_batch": None,
            "completes": True,
            "state": "known",
        },
    ]


def test_a_view_tells_all_that_can_be_said_so_that_it_can_be_sent_back_changed() -> None:
    assert RouteSettings.model_fields.keys() <= RouteView.model_fields.keys()
    assert TargetSettings.model_fields.keys() <= TargetView.model_fields.keys()


async def test_a_model_that_nobody_knows_is_allowed_and_flagged(house: RouteHouse) -> None:
    made = await house.make("smart", {"model": "llama"}, {"model": "not here yet"})

    assert [target["state"] for target in made["targets"]] == ["known", "model-unknown"]


async def test_a_name_with_a_slash_finds_its_route(house: RouteHouse) -> None:
    made = await house.make("team/smart", {"model": "maker/mistral"})

    assert (await house.ask("GET", "/api/routes/team/smart")).json == made


async def test_a_route_of_the_settings_is_shown_and_changed_only_there(house: RouteHouse) -> None:
    listed = (await house.ask("GET", "/api/routes")).json["items"]
    put = await house.ask(
        "PUT", "/api/routes/steady", {"name": "steady", "targets": [{"model": "gpt"}], "version": 0}
    )
    deleted = await house.ask("DELETE", "/api/routes/steady?version=0")

    assert [(route["id"], route["source"], route["version"]) for route in listed] == [
        ("steady", "settings", 0)
    ]
    for refused in (put, deleted):
        assert (refused.status, refused.json["code"]) == (409, "route-is-configured")
        assert "arcano.toml" in refused.json["detail"]
        assert "[[inference.routes]]" in refused.json["detail"]


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        ({"name": "steady", "targets": [{"model": "gpt"}]}, "Two routes are called 'steady'."),
        ({"name": "kept", "targets": [{"model": "gpt"}]}, "Two routes are called 'kept'."),
        (
            {"name": "new", "targets": [{"model": "llama", "id": "rack", "running": 3}]},
            "'rack' stands in two places",
        ),
        ({"name": "new", "targets": [{"model": "gpt", "id": "llama"}]}, "'llama' stands in two"),
    ],
)
async def test_a_route_that_does_not_fit_beside_the_others_is_refused_by_name(
    house: RouteHouse, draft: dict[str, Any], told: str
) -> None:
    await house.make("kept", {"model": "llama"})

    made = await house.ask("POST", "/api/routes", draft)

    assert (made.status, made.json["code"]) == (409, "route-clashes")
    assert told in made.json["detail"]


@pytest.mark.parametrize(
    ("draft", "field", "told"),
    [
        ({"name": "new", "targets": []}, "targets", "at least 1 item"),
        ({"name": " ", "targets": [{"model": "a"}]}, "name", "at least 1 character"),
        ({"name": "new", "targets": [{"model": "a"}, {"model": "a"}]}, "", "has 'a' twice"),
        ({"name": "new", "targets": [{"model": "a", "weight": 0}]}, "weight", "greater than 0"),
        ({"name": "new", "targets": [{"model": "a", "wait": 1}]}, "wait", "Extra inputs"),
        (
            {"name": "new", "targets": [{"model": "a"}], "timeouts": {"idle": 0}},
            "idle",
            "greater than",
        ),
    ],
)
async def test_the_rules_are_those_of_the_settings(
    house: RouteHouse, draft: dict[str, Any], field: str, told: str
) -> None:
    made = await house.ask("POST", "/api/routes", draft)

    assert (made.status, made.json["code"]) == (422, "invalid-input")
    assert any(
        field in error["field"] and told in error["message"] for error in made.json["errors"]
    )


async def test_two_operators_do_not_overwrite_each_other(house: RouteHouse) -> None:
    made = await house.make("smart", {"model": "llama"})
    place, change = f"/api/routes/{made['id']}", {"name": "smart", "version": made["version"]}

    first = await house.ask("PUT", place, {**change, "targets": [{"model": "gpt"}]})
    second = await house.ask("PUT", place, {**change, "targets": [{"model": "maker/mistral"}]})
    deleted = await house.ask("DELETE", f"{place}?version={made['version']}")

    assert first.status == 200
    for late in (second, deleted):
        assert (late.status, late.json["code"]) == (409, "route-changed")
        assert "'smart'" in late.json["detail"]
    assert (await house.ask("GET", place)).json == first.json


async def test_a_route_keeps_its_own_name_when_it_is_changed(house: RouteHouse) -> None:
    made = await house.make("smart", {"model": "llama", "running": 1})

    changed = await house.ask(
        "PUT",
        "/api/routes/smart",
        {
            "name": "smart",
            "version": made["version"],
            "targets": [{"model": "llama", "running": 2}],
        },
    )

    assert changed.status == 200
    assert changed.json["targets"][0]["running"] == 2


async def test_what_is_not_there_is_not_found(house: RouteHouse) -> None:
    draft = {"name": "smart", "targets": [{"model": "llama"}], "version": 1}

    for asked in (
        await house.ask("GET", "/api/routes/smart"),
        await house.ask("PUT", "/api/routes/smart", draft),
        await house.ask("DELETE", "/api/routes/smart?version=1"),
    ):
        assert (asked.status, asked.json["code"]) == (404, "route-not-found")


async def test_a_member_reads_routes_and_changes_none(house: RouteHouse) -> None:
    made = await house.make("smart", {"model": "llama"})
    draft = {"name": "mine", "targets": [{"model": "llama"}]}
    house.role = "member"

    refused = [
        await house.ask("POST", "/api/routes", draft),
        await house.ask("PUT", "/api/routes/smart", {**draft, "version": made["version"]}),
        await house.ask("DELETE", f"/api/routes/smart?version={made['version']}"),
    ]

    assert [answer.status for answer in refused] == [403, 403, 403]
    assert (await house.ask("GET", "/api/routes/smart")).json == made
    assert len((await house.ask("GET", "/api/routes")).json["items"]) == 2


async def test_what_nothing_was_said_of_keeps_following_the_defaults(
    house: RouteHouse, tmp_path: Path
) -> None:
    await house.make("smart", {"model": "llama", "weight": 3})
    generous = InferenceSettings.model_validate({"waiting": 7})

    async with route_house(tmp_path, settings=generous) as other:
        [target] = (await other.book.find("smart")).targets

    assert (target.bounds.waiting, target.weight) == (7, 3)


async def test_a_change_that_came_too_late_leaves_no_act(house: RouteHouse) -> None:
    made = await house.make("smart", {"model": "llama"})
    place = f"/api/routes/{made['id']}"
    change = {"name": "smarter", "targets": [{"model": "gpt"}], "version": made["version"]}
    await house.ask("PUT", place, change)

    late = [
        await house.ask("PUT", place, change),
        await house.ask("DELETE", f"{place}?version={made['version']}"),
        await house.ask("POST", "/api/routes", {"name": "smarter", "targets": [{"model": "gpt"}]}),
    ]

    assert [answer.status for answer in late] == [409, 409, 409]
    rows = await recorded(house.database)
    assert [row.action for row in rows] == ["route.made", "route.changed"]
    assert rows[1].details == f'{{"name":"smarter","targets":1,"version":{made["version"] + 1}}}'
