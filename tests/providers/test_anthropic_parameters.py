"""How Claude models are to think and write: each takes other parameters, and that is data.

Source: "Thinking", "Effort", "Versions" and the migration guides of the Claude docs.
"""

from typing import Any

import pytest

from arcano.providers import ModelRequest, Parameters, RequestMessage, TextPart
from arcano.providers.adapters.anthropic_models import claude_model
from arcano.providers.adapters.anthropic_request import question

OLD, NEW = "claude-haiku-4-5", "claude-opus-5"


def asks(model: str, parameters: Parameters) -> ModelRequest:
    return ModelRequest(model, (RequestMessage("user", (TextPart("Hi"),)),), parameters)


@pytest.mark.parametrize(
    ("model", "effort", "thinking", "output_config"),
    [
        ("claude-opus-4-8", None, None, None),
        ("claude-opus-4-8", "none", None, None),
        ("claude-opus-4-8", "high", {"type": "adaptive", "display": "summarized"}, "high"),
        ("claude-opus-5", None, {"type": "adaptive", "display": "summarized"}, None),
        ("claude-opus-5", "none", {"type": "disabled"}, None),
        ("claude-sonnet-5-5", "none", {"type": "between_tools"}, None),
        ("claude-opus-5-5", "none", {"type": "adaptive", "display": "summarized"}, "low"),
        ("claude-haiku-4-5", None, None, None),
        ("claude-haiku-4-5", "none", None, None),
        ("claude-haiku-4-5", "low", {"type": "enabled", "budget_tokens": 4096}, None),
        ("claude-opus-4-5", "medium", {"type": "enabled", "budget_tokens": 16_384}, "medium"),
        ("kimi-k3", "none", {"type": "disabled"}, None),
        ("kimi-k3", None, None, None),
    ],
)
def test_how_hard_to_think_is_said_as_the_model_takes_it(
    model: str, effort: Any, thinking: object, output_config: object
) -> None:
    asked = question(asks(model, Parameters(reasoning_effort=effort))).body

    assert asked.get("thinking") == thinking
    assert asked.get("output_config", {}).get("effort") == output_config


@pytest.mark.parametrize(
    ("asked_for", "limit", "budget"),
    [(1000, 5096, 4096), (None, 64_000, 4096), (63_000, 64_000, 4096), (99_000, 64_000, 4096)],
)
def test_the_budget_for_thinking_comes_on_top_of_the_answer_as_far_as_the_model_goes(
    asked_for: int | None, limit: int, budget: int
) -> None:
    asked = question(asks(OLD, Parameters(max_tokens=asked_for, reasoning_effort="low"))).body

    assert asked["max_tokens"] == limit
    assert asked["thinking"]["budget_tokens"] == budget


@pytest.mark.parametrize(
    ("model", "parameters", "sent"),
    [
        (OLD, Parameters(temperature=1.5), {"temperature": 1.0}),
        (OLD, Parameters(temperature=0.2, top_p=0.5), {"temperature": 0.2}),
        (OLD, Parameters(top_p=0.5), {"top_p": 0.5}),
        (OLD, Parameters(temperature=0.2, top_p=0.5, reasoning_effort="low"), {}),
        (OLD, Parameters(top_p=0.97, reasoning_effort="low"), {"top_p": 0.97}),
        ("claude-opus-4-6", Parameters(temperature=0.2), {"temperature": 0.2}),
        (NEW, Parameters(temperature=0.2, top_p=0.5), {}),
        ("kimi-k3", Parameters(temperature=0.2, top_p=0.5), {"temperature": 0.2, "top_p": 0.5}),
    ],
)
def test_temperature_is_sent_where_it_is_taken_and_then_in_the_older_version_of_the_api(
    model: str, parameters: Parameters, sent: dict[str, float]
) -> None:
    asked = question(asks(model, parameters))

    assert {name: asked.body[name] for name in ("temperature", "top_p") if name in asked.body} == (
        sent
    )
    older = bool(sent) or model == "kimi-k3"
    assert asked.headers["anthropic-version"] == ("2023-06-01" if older else "2026-10-21")


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("claude-opus-5-5", "claude-opus-5-5"),
        ("claude-opus-5-20260724", "claude-opus-5"),
        ("claude-fable-5-20260609", "claude-fable-5"),
        ("claude-sonnet-4-20250514", "claude-sonnet-4"),
        ("claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("anthropic.claude-opus-4-6-v1:0", "claude-opus-4-6"),
        ("anthropic/claude-opus-4.6", "claude-opus-4-6"),
        ("claude-sonnet-4-5@20250929", "claude-sonnet-4-5"),
        ("claude-something-9", "claude-opus-5-5"),
    ],
)
def test_a_models_name_is_known_in_every_gateways_spelling(name: str, like: str) -> None:
    assert claude_model(name) == claude_model(like)
