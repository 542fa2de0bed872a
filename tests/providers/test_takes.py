"""What can be said to each model: by its name, by its server's word, and what is refused before it is sent."""

import aiohttp
import pytest

from arcano.providers import (
    TAKES_ALL,
    AnswerSchema,
    OfferedModel,
    Parameters,
    Range,
    ReasoningEffort,
    Takes,
)
from arcano.providers.errors import ParameterNotTakenError
from arcano.providers.kinds import KINDS, Adapter, ConnectionKind

ALL: tuple[ReasoningEffort, ...] = ("none", "low", "medium", "high")


async def takes(kind: ConnectionKind, base_url: str | None, offered: OfferedModel) -> Takes:
    async with aiohttp.ClientSession() as http:
        url = base_url or KINDS[kind].base_url or ""
        adapter: Adapter = KINDS[kind].make(name="A", base_url=url, key="k", http=http)
        return adapter.takes(offered)


@pytest.mark.parametrize(
    ("kind", "base_url", "model", "refused"),
    [
        ("openai-compatible", "https://api.openai.com/v1", "gpt-4.1", {"efforts"}),
        ("openai-compatible", "https://api.openai.com/v1", "gpt-5-mini", {"temperature", "top_p"}),
        ("openai-compatible", "https://api.openai.com/v1", "o3", {"temperature", "top_p", "stop"}),
        ("openai-compatible", "http://10.0.0.5:8000/v1", "llama", set[str]()),
        ("openai-responses", None, "gpt-4.1", {"efforts", "stop", "seed"}),
        ("openai-responses", None, "gpt-5", {"temperature", "top_p", "stop", "seed"}),
        ("anthropic", None, "claude-opus-5", {"temperature", "top_p", "seed"}),
        ("anthropic", None, "claude-sonnet-4-5", {"seed"}),
        ("gemini", None, "gemini-2.0-flash", {"efforts"}),
        ("gemini", None, "gemini-2.5-flash", set[str]()),
        ("gemini", None, "gemma-3-27b-it", {"efforts", "json_schema"}),
        ("mistral", None, "mistral-large", set[str]()),
        ("ollama", None, "llama3", set[str]()),
    ],
)
async def test_each_model_takes_what_its_maker_says(
    kind: ConnectionKind, base_url: str | None, model: str, refused: set[str]
) -> None:
    found = await takes(kind, base_url, OfferedModel(model))

    names = ("temperature", "top_p", "max_tokens", "stop", "seed", "efforts", "json_schema")
    assert {name for name in names if not getattr(found, name)} == refused


@pytest.mark.parametrize(
    ("kind", "base_url", "model", "warmest", "stops"),
    [
        ("openai-compatible", "https://api.openai.com/v1", "gpt-4.1", 2, 4),
        ("anthropic", None, "claude-sonnet-4-5", 1, 16),
        ("mistral", None, "mistral-large", 1.5, 16),
        ("gemini", None, "gemini-2.5-flash", 2, 5),
    ],
)
async def test_ranges_are_those_of_the_vendor(
    kind: ConnectionKind, base_url: str | None, model: str, warmest: float, stops: int
) -> None:
    found = await takes(kind, base_url, OfferedModel(model))

    assert found.temperature == Range(0, warmest)
    assert found.stop == stops


@pytest.mark.parametrize(
    ("kind", "model", "efforts"),
    [
        ("anthropic", "claude-opus-5", ALL),
        ("anthropic", "claude-opus-5-5", ALL[1:]),
        ("gemini", "gemini-2.5-flash", ALL),
        ("gemini", "gemini-3-pro-preview", ALL[1:]),
    ],
)
async def test_not_to_think_can_be_asked_of_those_alone_that_can_do_without(
    kind: ConnectionKind, model: str, efforts: tuple[ReasoningEffort, ...]
) -> None:
    assert (await takes(kind, None, OfferedModel(model))).efforts == efforts


async def test_what_the_server_says_of_a_model_counts_for_more_than_its_name() -> None:
    plain = frozenset({"chat"})

    of_ollama = await takes("ollama", None, OfferedModel("m", capabilities=plain))
    of_router = await takes(
        "openai-compatible",
        "https://openrouter.ai/api/v1",
        OfferedModel("m", capabilities=plain, max_output_tokens=4096),
    )
    of_claude = await takes("anthropic", None, OfferedModel("claude-x", capabilities=plain))

    assert of_ollama.efforts == of_router.efforts == of_claude.efforts == ()
    assert of_router.max_tokens == Range(1, 4096)
    assert not of_claude.json_schema


@pytest.mark.parametrize(
    ("asked", "takes", "told"),
    [
        (Parameters(temperature=1.5), Takes(temperature=None), "temperature: m does not take it."),
        (
            Parameters(temperature=1.5),
            Takes(temperature=Range(0, 1)),
            "temperature: m takes 0 to 1.",
        ),
        (
            Parameters(temperature=0.2),
            Takes(temperature=Range(0.5, 1)),
            "temperature: m takes 0.5 to 1.",
        ),
        (Parameters(top_p=0.5), Takes(top_p=None), "top_p: m does not take it."),
        (Parameters(max_tokens=9), Takes(max_tokens=Range(1, 8)), "max_tokens: m takes 1 to 8."),
        (Parameters(stop=("a", "b")), Takes(stop=1), "stop: m takes 1 texts at most."),
        (Parameters(stop=("a",)), Takes(stop=0), "stop: m does not take it."),
        (Parameters(seed=0), Takes(seed=False), "seed: m does not take it."),
        (
            Parameters(reasoning_effort="none"),
            Takes(efforts=("low", "high")),
            "reasoning_effort: m takes only low, high.",
        ),
        (Parameters(reasoning_effort="low"), Takes(efforts=()), "reasoning_effort: m does not"),
    ],
)
def test_what_cannot_be_said_is_refused_by_its_name(
    asked: Parameters, takes: Takes, told: str
) -> None:
    with pytest.raises(ParameterNotTakenError) as refused:
        takes.check(asked, None, model="m")

    assert refused.value.detail.startswith(told)
    assert refused.value.detail.endswith("Leave it out, or choose another model.")
    TAKES_ALL.check(asked, None, model="m")


def test_a_shape_for_the_answer_is_refused_where_a_model_cannot_hold_to_it() -> None:
    schema = AnswerSchema("answer", {"type": "object"})

    with pytest.raises(ParameterNotTakenError, match="json_schema: m does not take it"):
        Takes(json_schema=False).check(Parameters(), schema, model="m")
    TAKES_ALL.check(Parameters(), schema, model="m")


def test_the_ends_of_a_range_are_inside_it() -> None:
    for edge in (0.0, 1.0):
        Takes(temperature=Range(0, 1)).check(Parameters(temperature=edge), None, model="m")
