"""Starter in the model store: the model that comes with Arcano, beside those that people put here."""

from pathlib import Path

import aiohttp
import pytest
from tests.support.model_store import MACHINE
from tests.support.tiny_gguf import write_tiny_gguf

from arcano.modelstore import Machine, ModelFileInUseError, ModelStore, ModelStoreSettings


async def this_machine() -> Machine:
    return MACHINE


def a_store(tmp_path: Path, http: aiohttp.ClientSession, **settings: object) -> ModelStore:
    """A store with Starter, and with another model that calls itself the same."""
    starter = tmp_path / "package" / "starter.gguf"
    models = tmp_path / "models"
    for folder in (starter.parent, models):
        folder.mkdir()
    write_tiny_gguf(starter, name="Starter")
    write_tiny_gguf(models / "mine.gguf", name="Mine")
    return ModelStore(
        folder=models,
        settings=ModelStoreSettings.model_validate(settings),
        http=http,
        machine=this_machine,
        starter=starter,
    )


async def test_starter_is_found_by_its_plain_name_and_told_from_the_others(tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as http:
        store = a_store(tmp_path, http)
        found = {model.id: model for model in await store.found()}

    assert found["starter"].name == "Starter"
    assert {model for model in found if store.is_starter(model)} == {"starter"}
    assert not store.is_ours(found["starter"])


async def test_starter_cannot_be_deleted(tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as http:
        store = a_store(tmp_path, http)
        with pytest.raises(ModelFileInUseError):
            await store.delete("starter")
        found = [model.id for model in await store.found()]

    assert "starter" in found


async def test_starter_is_not_offered_where_the_settings_say_so(tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as http:
        store = a_store(tmp_path, http, starter=False)

        assert [model.id for model in await store.found()] == ["mine"]
