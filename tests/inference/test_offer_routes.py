"""Routes in the list of models: what is told of them, and what they take the place of."""

import pytest

from arcano.inference import FixedRoutes, OfferedRoutes, Route, Target
from arcano.providers import ConnectionId, ListedModel


def a_model(name: str, **more: object) -> ListedModel:
    known: dict[str, object] = {
        "kind": "openai-compatible",
        "connection_id": ConnectionId("1"),
        "connection_name": "rack",
        "where": "this-machine",
        **more,
    }
    return ListedModel(id=name, name=name, **known)  # pyright: ignore[reportArgumentType]  # checked by use


def a_route(name: str, *models: str) -> Route:
    return Route(name, tuple(Target(model, model, rank=at) for at, model in enumerate(models)))


async def offered(route: Route, *models: ListedModel) -> list[ListedModel]:
    return await OfferedRoutes(FixedRoutes([route])).among(models)


async def test_a_route_is_offered_after_the_models_with_what_every_target_can_do() -> None:
    llama = a_model("llama", context_tokens=8_000, capabilities=("chat", "images", "tools"))
    gpt = a_model("gpt", context_tokens=99_000, capabilities=("chat", "tools"), where="elsewhere")

    [*models, route] = await offered(a_route("smart", "llama", "gpt"), llama, gpt)

    assert models == [llama, gpt]
    assert (route.id, route.name, route.kind, route.connection_id) == (
        "smart",
        "smart",
        "route",
        None,
    )
    assert route.context_tokens == 8_000
    assert route.capabilities == ("chat", "tools")
    assert route.where == "elsewhere"
    assert route.targets == ("llama", "gpt")


async def test_a_name_that_is_both_is_the_route_in_the_models_place() -> None:
    llama = a_model("llama", context_tokens=10)

    [route, model] = await offered(a_route("llama", "llama"), llama, a_model("gpt"))

    assert (route.id, route.kind, route.context_tokens) == ("llama", "route", 10)
    assert model.id == "gpt"


async def test_servers_that_do_not_say_what_a_model_can_do_take_nothing_away() -> None:
    told, silent = a_model("llama", capabilities=("chat", "tools")), a_model("gpt")

    [*_, route] = await offered(a_route("smart", "gpt", "llama"), told, silent)

    assert route.capabilities == ("chat", "tools")
    assert route.where == "this-machine"


@pytest.mark.parametrize(("models", "window"), [(("gone", "gpt"), 5), (("gpt", "gone"), 5)])
async def test_a_target_that_nobody_knows_is_no_hindrance(
    models: tuple[str, ...], window: int
) -> None:
    [_, route] = await offered(a_route("smart", *models), a_model("gpt", context_tokens=5))

    assert route.context_tokens == window
    assert route.targets == models


async def test_a_route_of_which_no_model_is_known_is_not_offered() -> None:
    assert await offered(a_route("smart", "gone"), a_model("gpt")) == [a_model("gpt")]
