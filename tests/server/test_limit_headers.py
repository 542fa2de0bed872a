"""Programs read in headers how their limits stand: at every door that makes calls, in every kind of answer."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from fastapi.routing import APIRoute
from tests.support import gemini_upstream
from tests.support.door_targets import MODELS, Say, Targets

from arcano.gateway import ROUTERS

WORDY, VECTORS = MODELS["openai"], "gemini-embedding-001"
CHAT = {"model": WORDY, "messages": [{"role": "user", "content": "Hello?"}]}
ASKED = {**CHAT, "max_tokens": 9}
CONTENT = {"parts": [{"text": "Hello?"}]}
PROMPT = {"model": WORDY, "prompt": "Hello?"}
RESPONSE = {"model": WORDY, "input": "Hello?"}

OPENAI = ("x-ratelimit-limit-{}", "x-ratelimit-remaining-{}", "x-ratelimit-reset-{}")
ANTHROPIC = (
    "anthropic-ratelimit-{}-limit",
    "anthropic-ratelimit-{}-remaining",
    "anthropic-ratelimit-{}-reset",
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way of asking: the key's door, the route, where it is asked, and with what."""

    door: str
    route: str
    body: Mapping[str, Any]
    model: str = WORDY
    query: str = ""

    @property
    def path(self) -> str:
        return self.route.replace("{model:path}", self.model) + self.query

    @property
    def names(self) -> tuple[str, str, str]:
        return ANTHROPIC if self.door == "anthropic" else OPENAI


WAYS: dict[str, Way] = {
    "chat": Way("openai", "/v1/chat/completions", ASKED),
    "chat, streamed": Way("openai", "/v1/chat/completions", {**ASKED, "stream": True}),
    "responses": Way("openai", "/v1/responses", {**RESPONSE, "store": False}),
    "responses, streamed": Way(
        "openai", "/v1/responses", {**RESPONSE, "store": False, "stream": True}
    ),
    "responses, stored": Way("openai", "/v1/responses", RESPONSE),
    "responses, stored and streamed": Way("openai", "/v1/responses", {**RESPONSE, "stream": True}),
    "completions": Way("openai", "/v1/completions", PROMPT),
    "completions, streamed": Way("openai", "/v1/completions", {**PROMPT, "stream": True}),
    "embeddings": Way("openai", "/v1/embeddings", {"model": VECTORS, "input": "Hello?"}),
    "messages": Way("anthropic", "/v1/messages", ASKED),
    "messages, streamed": Way("anthropic", "/v1/messages", {**ASKED, "stream": True}),
    "ollama chat": Way("ollama", "/ollama/api/chat", {**CHAT, "stream": False}),
    "ollama chat, streamed": Way("ollama", "/ollama/api/chat", CHAT),
    "ollama generate": Way("ollama", "/ollama/api/generate", {**PROMPT, "stream": False}),
    "ollama generate, streamed": Way("ollama", "/ollama/api/generate", PROMPT),
    "ollama embed": Way("ollama", "/ollama/api/embed", {"model": VECTORS, "input": "Hello?"}),
    "ollama, older embeddings": Way(
        "ollama", "/ollama/api/embeddings", {"model": VECTORS, "prompt": "Hello?"}
    ),
}
for version in ("v1", "v1beta"):
    route = f"/{version}/models/{{model:path}}"
    contents, part = {"contents": [CONTENT]}, {"content": CONTENT}
    WAYS.update(
        {
            f"gemini {version}, whole": Way("gemini", f"{route}:generateContent", contents),
            f"gemini {version}, as a list": Way(
                "gemini", f"{route}:streamGenerateContent", contents
            ),
            f"gemini {version}, as events": Way(
                "gemini", f"{route}:streamGenerateContent", contents, query="?alt=sse"
            ),
            f"gemini {version}, one vector": Way("gemini", f"{route}:embedContent", part, VECTORS),
            f"gemini {version}, vectors": Way(
                "gemini", f"{route}:batchEmbedContents", {"requests": [part]}, VECTORS
            ),
        }
    )
MAKES_NO_CALL = (
    "/v1/moderations",
    "/v1/messages/count_tokens",
    "/v1/responses/{response_id}/cancel",
    "/v1/models/{model:path}:countTokens",
    "/v1beta/models/{model:path}:countTokens",
    "/ollama/api/show",
)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def willing(targets: Targets) -> AsyncGenerator[Targets]:
    """Whoever is asked answers."""
    targets.will("openai", Say(("Hello.",)))
    targets.gemini.when_asked(
        ":batchEmbedContents", gemini_upstream.gives({"embeddings": [{"values": [0.6, 0.8]}]})
    )
    yield targets


async def a_limited_key(targets: Targets, door: str, requests: int) -> str:
    limits = {"requests_per_minute": requests, "tokens_per_minute": 10**6}
    draft = {"name": "Slow", "doors": [door], "limits": limits}
    made = await targets.visitor.post("/api/keys", draft)
    assert made.status == 201, made
    return made.body["key"]


async def ask(targets: Targets, way: Way, key: str) -> tuple[int, Mapping[str, str]]:
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as http,
        http.post(targets.server.url + way.path, json=way.body) as response,
    ):
        await response.read()
        return response.status, response.headers


async def test_no_door_that_makes_calls_is_left_out() -> None:
    posted = {
        route.path
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and "POST" in (route.methods or ())
    }

    assert {way.route for way in WAYS.values()} == posted - set(MAKES_NO_CALL)


@pytest.mark.parametrize("name", WAYS)
async def test_every_answer_says_how_limits_stand_and_so_does_the_refusal_beyond_them(
    name: str, willing: Targets
) -> None:
    way = WAYS[name]
    limit, remaining, reset = way.names
    key = await a_limited_key(willing, way.door, requests=2)

    answers = [await ask(willing, way, key) for _ in range(3)]

    assert [status for status, _ in answers] == [200, 200, 429]
    assert [headers[limit.format("requests")] for _, headers in answers] == ["2"] * 3
    assert [headers[remaining.format("requests")] for _, headers in answers] == ["1", "0", "0"]
    for _, headers in answers:
        assert int(headers[limit.format("tokens")]) == 10**6
        assert 0 < int(headers[remaining.format("tokens")]) < 10**6
        ends_with = "Z" if way.door == "anthropic" else "s"
        assert all(
            headers[reset.format(what)].endswith(ends_with) for what in ("requests", "tokens")
        )


@pytest.mark.parametrize("stream", [False, True])
async def test_a_response_in_the_background_says_how_they_stand_when_it_begins(
    stream: bool, willing: Targets
) -> None:
    background = {**RESPONSE, "background": True, "stream": stream}
    key = await a_limited_key(willing, "openai", requests=2)

    status, headers = await ask(willing, Way("openai", "/v1/responses", background), key)

    assert status == 200
    assert headers["x-ratelimit-limit-requests"] == "2"
    assert int(headers["x-ratelimit-remaining-requests"]) >= 1


async def test_without_limits_nothing_is_said_of_any(willing: Targets) -> None:
    status, headers = await ask(willing, WAYS["chat"], await willing.key("openai"))

    assert status == 200
    assert not [name for name in headers if "ratelimit" in name.lower()]
