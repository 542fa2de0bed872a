"""`arcano ask`: a question in the terminal, without a server and beside one."""

from pathlib import Path

from tests.support.house import a_house
from tests.support.server import arcano
from tests.support.upstream import Upstream, says

NOBODY = {
    "ARCANO_PROVIDERS__LOOK_FOR_OLLAMA": "false",
    "ARCANO_MODELSTORE__STARTER": "false",
}


async def test_the_model_that_is_named_answers_without_a_server(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.when_asked("Are you there?", says("Yes, ", "here ", "I am."))
    code, said = await arcano(
        "ask",
        "Are you there?",
        "--model",
        "other",
        data_dir=tmp_path / "data",
        settings=NOBODY | {"OPENAI_BASE_URL": upstream.base_url},
    )

    assert (code, said) == (0, "Yes, here I am.\n")
    assert (await upstream.call_about("Are you there?")).body["model"] == "other"
    # It reads the data folder, and makes none.
    assert not (tmp_path / "data").exists()


async def test_the_workspaces_connections_are_known_beside_a_running_server(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.when_asked("Beside a server?", says("Beside it."))
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        draft = {
            "kind": "openai-compatible",
            "name": "Ours",
            "base_url": upstream.base_url,
            "key": "sk-ours-0123456789",
            "models": ["ours"],
        }
        for own, model in ((False, "ours"), (True, "mine")):
            made = await visitor.post("/api/connections", {**draft, "own": own, "models": [model]})
            assert made.status == 201, made
        code, said = await arcano(
            "ask", "Beside a server?", "--model", "ours", data_dir=server.data_dir, settings=NOBODY
        )
        call = await upstream.call_about("Beside a server?")
        refused, why = await arcano(
            "ask", "Mine?", "--model", "mine", data_dir=server.data_dir, settings=NOBODY
        )

    assert (code, said) == (0, "Beside it.\n")
    assert call.headers["authorization"] == "Bearer sk-ours-0123456789"
    # A connection that is one person's alone is not the terminal's.
    assert refused == 1
    assert "No model here is called 'mine'" in why


async def test_without_any_model_it_says_what_to_do(tmp_path: Path) -> None:
    code, said = await arcano("ask", "Hello?", data_dir=tmp_path / "data", settings=NOBODY)

    assert code == 1
    assert said.startswith("arcano: There is no model to ask.")
