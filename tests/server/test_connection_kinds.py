"""Which kinds of servers can be connected: those that this server has what it takes to speak to."""

from importlib.util import find_spec

from tests.support.visitor import Visitor

HAS_LITELLM = find_spec("litellm") is not None


async def test_what_is_not_installed_is_not_offered(visitor: Visitor) -> None:
    kinds = [kind["id"] for kind in (await visitor.get("/api/connection-kinds")).body["items"]]

    assert ("litellm" in kinds) is HAS_LITELLM
    assert "anthropic" in kinds


async def test_what_is_not_installed_cannot_be_connected(visitor: Visitor) -> None:
    draft = {"kind": "litellm", "key": "k", "models": ["cohere/command"]}

    made = await visitor.post("/api/connections", draft)

    assert made.status == (201 if HAS_LITELLM else 422), made
    if not HAS_LITELLM:
        assert "LiteLLM is not installed" in made.body["detail"]
