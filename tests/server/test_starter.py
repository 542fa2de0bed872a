"""Starter, the model that comes with Arcano: what a machine without anything answers."""

from pathlib import Path

import pytest
from tests.support.house import a_house
from tests.support.server import arcano
from tests.support.upstream import Upstream
from tests.support.visitor import text_heard

from arcano.modelstore.starter import STARTER_FILE

pytestmark = [
    pytest.mark.local_engine,
    pytest.mark.skipif(
        not STARTER_FILE.exists(), reason="Starter is not in this checkout: make train-starter"
    ),
]
WITH_STARTER = {
    "ARCANO_MODELSTORE__STARTER": "true",
    "ARCANO_PROVIDERS__LOOK_FOR_OLLAMA": "false",
}
# An empty variable counts as not set.
NO_PROVIDER = {"OPENAI_BASE_URL": ""}


async def test_a_machine_without_a_key_or_a_model_answers_what_it_can_do(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data", settings=WITH_STARTER | NO_PROVIDER) as (
        _,
        visitor,
    ):
        listed = (await visitor.get("/api/models")).body["items"]
        turn = await visitor.ask("What can you do?", model="starter", parameters={"temperature": 0})
        heard = await visitor.hear_out(turn, within=60)

    assert [(model["name"], model["starter"]) for model in listed] == [("Starter", True)]
    assert heard[-1].type == "turn-finished"
    assert "Arcano" in text_heard(heard)


async def test_starter_answers_in_the_terminal_without_a_server(tmp_path: Path) -> None:
    code, said = await arcano(
        "ask", "What can you do?", data_dir=tmp_path / "data", settings=WITH_STARTER
    )

    assert code == 0
    assert "Arcano" in said
