"""Programs that were written for one vendor ask others' models, unmodified: they chat, stream, call tools, get the shape
that they want, embed, and know an error for what it is."""

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

import pytest
import pytest_asyncio
from tests.support.openai_programs import a_key
from tests.support.programs import (
    is_apart_there,
    javascript,
    python_apart,
    said_by,
)
from tests.support.server import Server
from tests.support.vendors import GREETING, Vendor, vendors
from tests.support.visitor import Visitor

Behind = Mapping[str, Vendor]
SHAPED = {"town": "Oslo", "degrees": 7}
TOLD = "It is 7 degrees in Oslo."
CHATS = {"chat": "".join(GREETING), "streamed": "".join(GREETING), "tool": TOLD, "shaped": SHAPED}
RESPONSES = {f"response_{name}": value for name, value in CHATS.items()}

apart = pytest.mark.skipif(
    not is_apart_there(), reason="Its packages are not installed: `make programs` does that."
)


@dataclass(frozen=True, slots=True)
class Program:
    """`hears` is what it prints, of every kind of model."""

    command: list[str]
    hears: Mapping[str, object]


PROGRAMS = {
    "openai for node": Program(
        javascript("openai.mjs"),
        {
            **CHATS,
            "response": TOLD,
            "response_streamed": "".join(GREETING),
            "error": "rate_limit_exceeded",
        },
    ),
    "ai sdk": Program(
        javascript("ai_sdk.mjs"), {**CHATS, **RESPONSES, "error": 429, "response_error": 429}
    ),
    "langchain": Program(
        python_apart("langchain_openai_program.py"),
        {**CHATS, **RESPONSES, "error": 429, "response_error": 429},
    ),
    "litellm": Program(python_apart("litellm_program.py"), {**CHATS, "error": 429}),
}


@pytest_asyncio.fixture(loop_scope="session")
async def behind(visitor: Visitor) -> AsyncGenerator[Behind]:
    async with vendors(visitor) as found:
        yield found


@pytest.mark.parametrize("kind", ["anthropic", "gemini", "ollama"])
@pytest.mark.parametrize(
    "name",
    [
        "openai for node",
        "ai sdk",
        pytest.param("langchain", marks=apart),
        pytest.param("litellm", marks=apart),
    ],
)
async def test_a_program_does_all_that_it_can_with_every_kind_of_model(
    name: str, kind: str, server: Server, visitor: Visitor, behind: Behind
) -> None:
    program = PROGRAMS[name]
    models = [behind[kind].model, *(["nomic-embed-text"] if kind == "ollama" else [])]

    said = await said_by([*program.command, *models], url=server.url, key=await a_key(visitor))

    heard = json.loads(said.splitlines()[-1])
    vector = heard.pop("vector", None)
    assert heard == program.hears
    assert vector == ([3.0, 0.5, -0.25] if kind == "ollama" else None)


@pytest.mark.parametrize("kind", ["gemini", "ollama"])
async def test_the_ai_sdk_asks_at_anthropics_door_what_it_asks_anthropic(
    kind: str, server: Server, visitor: Visitor, behind: Behind
) -> None:
    key = await a_key(visitor, doors=["anthropic"])
    program = javascript("ai_sdk_anthropic.mjs", behind[kind].model)

    said = await said_by(program, url=server.url, key=key)

    assert json.loads(said.splitlines()[-1]) == {**CHATS, "error": 429}
