"""Which models there are, and which one a name means."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.support.ollama_upstream import OnShelf, an_ollama
from tests.support.scripted_model import FINISHED, ScriptedModel
from tests.support.upstream import MODELS, an_upstream
from typing_extensions import override

from arcano.identity import UserId
from arcano.platform.egress import Egress, EgressSettings, open_egress
from arcano.providers import (
    ChatModel,
    Connection,
    ConnectionId,
    ListedModel,
    ListProblem,
    LocalModels,
    ModelFileError,
    ModelList,
    ModelNotFoundError,
    ProviderSettings,
    configured_connections,
    look_for_ollama,
    price_by_time,
)

NOW = datetime(2026, 11, 21, tzinfo=UTC)
HERE = ListedModel("here", "Here", "local", None, "This machine", "this-machine", 2048)


class OneLocalModel(LocalModels):
    """A machine with one good file and a broken one."""

    def __init__(self) -> None:
        self.model = ScriptedModel(FINISHED)

    @override
    async def listed(self) -> tuple[list[ListedModel], list[ListProblem]]:
        return [HERE], [ListProblem(None, "broken.gguf", ModelFileError("It is cut short."))]

    @override
    async def find(self, model_id: str) -> ListedModel | None:
        return HERE if model_id == "here" else None

    @override
    def chat_model(self) -> ChatModel:
        return self.model


@pytest.fixture
async def egress() -> AsyncGenerator[Egress]:
    async with open_egress(EgressSettings()) as egress:
        yield egress


def connection(name: str, base_url: str, *, models: tuple[str, ...] | None = None) -> Connection:
    return Connection(
        ConnectionId(name),
        "openai-compatible",
        name,
        base_url,
        "person",
        NOW,
        models=models,
        private_addresses=True,
    )


async def test_local_and_connected_models_stand_in_one_list(egress: Egress) -> None:
    async with an_upstream() as upstream:
        models = ModelList(egress, local=OneLocalModel())
        models.put(connection("First", upstream.base_url))

        listed, problems = await models.all()

    assert [model.id for model in listed] == ["here", *MODELS]
    assert [problem.name for problem in problems] == ["broken.gguf"]


async def test_starter_stands_last_so_that_it_answers_only_where_nothing_else_is(
    egress: Egress,
) -> None:
    class WithStarter(OneLocalModel):
        @override
        async def listed(self) -> tuple[list[ListedModel], list[ListProblem]]:
            return [replace(HERE, id="starter", starter=True), HERE], []

    models = ModelList(egress, local=WithStarter())
    models.put(connection("First", "http://127.0.0.1:1/v1", models=("away",)))

    listed, _ = await models.all()

    assert [model.id for model in listed] == ["here", "away", "starter"]


async def test_the_same_name_twice_is_told_apart_by_its_connection(
    egress: Egress,
) -> None:
    models = ModelList(egress, local=OneLocalModel())
    models.put(connection("First", "http://127.0.0.1:1/v1", models=("twin",)))
    models.put(connection("Second", "http://127.0.0.1:1/v1", models=("twin",)))

    listed, _ = await models.all()

    assert [model.id for model in listed] == ["here", "twin", "Second/twin"]
    first, second = await models.find("twin"), await models.find("Second/twin")
    assert (first.upstream_name, second.upstream_name) == ("twin", "twin")
    assert first.model is not second.model


async def test_a_connection_that_cannot_be_asked_is_a_problem_and_keeps_its_models(
    egress: Egress,
) -> None:
    models = ModelList(egress, local=OneLocalModel())
    async with an_upstream() as upstream:
        models.put(connection("First", upstream.base_url))
        await models.all()

    listed, problems = await models.all(refresh=True)

    assert [model.id for model in listed] == ["here", *MODELS]
    assert [problem.error.code for problem in problems][1:] == ["provider-unreachable"]
    assert (await models.find(MODELS[0])).upstream_name == MODELS[0]


async def test_an_unknown_name_says_who_could_not_be_asked(egress: Egress) -> None:
    models = ModelList(egress, local=OneLocalModel())
    models.put(connection("Silent", "http://127.0.0.1:1/v1"))

    with pytest.raises(ModelNotFoundError, match="Silent"):
        await models.find("nothing")


async def test_a_name_that_nobody_asked_for_yet_is_found_at_once(
    egress: Egress,
) -> None:
    async with an_upstream() as upstream:
        models = ModelList(egress, local=OneLocalModel())
        models.put(connection("First", upstream.base_url))

        assert (await models.find(MODELS[1])).upstream_name == MODELS[1]
        assert (await models.find("here")).context_tokens == 2048


async def test_where_the_one_who_asked_for_a_list_has_left_those_who_wait_for_it_get_it_all_the_same(
    egress: Egress,
) -> None:
    async with an_upstream() as upstream, asyncio.TaskGroup() as tasks:
        upstream.tells_models.clear()
        models = ModelList(egress, local=OneLocalModel())
        models.put(connection("First", upstream.base_url))
        asker = tasks.create_task(models.all())
        await upstream.until_list_asked()
        waiting = [tasks.create_task(models.find(name)) for name in MODELS]
        await asyncio.sleep(0)  # they wait for the same answer

        asker.cancel()
        upstream.tells_models.set()

    assert [task.result().upstream_name for task in waiting] == list(MODELS)
    assert upstream.lists_asked == 2, "once more, for both of them"


async def test_testing_a_connection_counts_its_models_and_tells_its_error(
    egress: Egress,
) -> None:
    models = ModelList(egress, local=OneLocalModel())
    async with an_upstream() as upstream:
        models.put(connection("Good", upstream.base_url))
        good = await models.test(ConnectionId("Good"))
        models.put(connection("Wrong", upstream.base_url.removesuffix("/v1") + "/nowhere"))
    bad = await models.test(ConnectionId("Wrong"))

    assert (good.model_count, good.error) == (len(MODELS), None)
    assert bad.error is not None


def test_a_key_in_the_environment_is_a_connection_to_openai() -> None:
    settings = ProviderSettings.model_validate({"openai_api_key": "sk-1234567890abcd"})

    [found] = configured_connections(settings, now=NOW)

    assert (found.name, found.base_url) == ("OpenAI", "https://api.openai.com/v1")
    assert found.key_hint == "…abcd"
    assert "sk-1234567890abcd" not in repr(found)


def test_an_address_without_a_key_is_a_connection_too() -> None:
    settings = ProviderSettings(openai_base_url="http://gpu:8000/v1")

    [found] = configured_connections(settings, now=NOW)

    assert (found.name, found.key) == ("gpu:8000", None)
    assert configured_connections(ProviderSettings(), now=NOW) == []


def test_every_key_in_the_environment_is_a_connection() -> None:
    keys = {
        "openai_api_key": "sk-1",
        "anthropic_api_key": "sk-2",
        "mistral_api_key": "sk-3",
        "gemini_api_key": "sk-4",
    }

    found = configured_connections(ProviderSettings.model_validate(keys), now=NOW)

    assert [connection.name for connection in found] == [
        "OpenAI",
        "Anthropic",
        "Mistral",
        "Google Gemini",
    ]
    assert [connection.key for connection in found] == list(keys.values())
    assert all(connection.base_url.startswith("https://") for connection in found)


async def test_an_ollama_is_found_where_one_answers() -> None:
    async with an_ollama() as (upstream, http):
        there = ProviderSettings(ollama_base_url=upstream.base_url.removeprefix("http://"))
        found = await look_for_ollama(there, http, now=NOW)
        nowhere = ProviderSettings(ollama_base_url="http://127.0.0.1:1")

        assert found is not None
        assert (found.name, found.kind, found.source) == ("Ollama", "ollama", "discovered")
        assert await look_for_ollama(nowhere, http, now=NOW) is None


async def test_what_a_server_tells_of_its_models_stands_in_the_list(egress: Egress) -> None:
    async with an_ollama() as (upstream, http):
        upstream.models["embedder:latest"] = OnShelf(capabilities=("embedding",))
        there = ProviderSettings(ollama_base_url=upstream.base_url)
        found = await look_for_ollama(there, http, now=NOW)
        assert found is not None
        models = ModelList(egress, local=OneLocalModel())
        models.put(found)
        listed, _ = await models.all()
        asked = await models.find(listed[-1].id)

    assert [model.kind for model in listed] == ["local", "ollama"]
    assert listed[-1].context_tokens == asked.context_tokens
    assert listed[-1].context_tokens
    assert "chat" in listed[-1].capabilities


async def test_a_persons_own_models_are_found_and_listed_for_them_alone(
    egress: Egress,
) -> None:
    models = ModelList(egress, local=OneLocalModel())
    ada, grace = UserId("ada"), UserId("grace")
    nowhere = "http://127.0.0.1:1/v1"
    own = replace(connection("Same", nowhere, models=("twin", "rare")), owner_id=ada)
    models.put(own)
    models.put(replace(own, id=ConnectionId("b"), owner_id=grace))
    models.put(connection("c", nowhere, models=("twin",)))

    listed = {who: [model.id for model in (await models.all(who))[0]] for who in (None, ada, grace)}

    assert listed == {
        None: ["here", "twin"],
        ada: ["here", "own/Same/twin", "own/Same/rare", "twin"],
        grace: ["here", "own/b/twin", "own/b/rare", "twin"],
    }
    assert (await models.seen_by(ada).find("own/Same/rare")).upstream_name == "rare"
    assert (await models.seen_by(ada).find("twin")).place.startswith("c ")
    for who in (None, grace):
        with pytest.raises(ModelNotFoundError):
            await models.seen_by(who).find("own/Same/rare")
    for who in (None, ada):
        with pytest.raises(ModelNotFoundError):
            await models.seen_by(who).find("rare")


async def test_what_is_wrong_with_a_persons_own_connection_is_told_to_them_alone(
    egress: Egress,
) -> None:
    models = ModelList(egress, local=OneLocalModel())
    nowhere = connection("Secret", "http://127.0.0.1:1/v1")
    models.put(replace(nowhere, owner_id=UserId("ada")))

    _, told = await models.all("ada")
    _, others = await models.all()
    with pytest.raises(ModelNotFoundError) as unknown:
        await models.find("nothing")

    assert "Secret" in [problem.name for problem in told]
    assert "Secret" not in f"{others} {unknown.value}"


async def test_what_an_hour_of_this_machine_costs_is_in_the_list_and_with_the_model(
    egress: Egress,
) -> None:
    price = price_by_time(0.36)
    models = ModelList(egress, local=OneLocalModel(), local_price=price)

    (listed,), _ = await models.all()

    assert listed.price == price == (await models.find("here")).price
    assert price is not None
    assert price.hour_micros == 360_000
