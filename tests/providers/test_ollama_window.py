"""How much a model may see at once: enough for the question, and no more than it can."""

from dataclasses import replace

import pytest

from arcano.providers import (
    ImagePart,
    ModelRequest,
    Parameters,
    RequestMessage,
    TextPart,
    ToolCallPart,
    ToolDefinition,
    ToolResultPart,
)
from arcano.providers.adapters.ollama_shelf import ModelTraits
from arcano.providers.adapters.ollama_window import (
    ANSWER_TOKENS,
    LONGEST_ANSWER_TOKENS,
    window_for_texts,
    windows_for,
)

LARGE = ModelTraits(context_tokens=131_072)


def question(text: str, *more: RequestMessage, max_tokens: int | None = 500) -> ModelRequest:
    asked = RequestMessage("user", (TextPart(text),))
    return ModelRequest("m", (asked, *more), Parameters(max_tokens=max_tokens))


def windows(
    request: ModelRequest,
    traits: ModelTraits = LARGE,
    *,
    loaded: int | None = None,
    limit: int | None = None,
) -> tuple[int | None, ...]:
    return windows_for(request, traits, loaded=loaded, limit=limit)


def test_a_short_question_gets_the_smallest_window() -> None:
    assert windows(question("Hi")) == (4096,)


def test_a_long_question_gets_what_it_needs_rounded_up_and_a_sure_one_in_case_it_did_not() -> None:
    assert windows(question("word " * 6000)) == (16_384, 32_768)


def test_letters_of_more_bytes_count_for_more() -> None:
    assert windows(question("語" * 6000))[0] == 8192
    assert windows(question("a" * 6000))[0] == 4096


def test_the_answer_has_room_too_within_reason() -> None:
    assert windows(question("Hi", max_tokens=None)) == (2 * ANSWER_TOKENS,)
    assert windows(question("Hi", max_tokens=10_000)) == (16_384,)
    assert windows(question("Hi", max_tokens=10**9)) == (2 * LONGEST_ANSWER_TOKENS,)


def test_images_calls_results_and_tools_take_room() -> None:
    text = "x" * 12_000
    parts = [
        RequestMessage("user", (ImagePart("image/png", b""), ImagePart("image/png", b""))),
        RequestMessage("assistant", (ToolCallPart("1", "a", text),)),
        RequestMessage("tool", (ToolResultPart("1", text),)),
    ]
    tools = (ToolDefinition("a", text, {"type": "object", "description": text}),)

    assert all(windows(question("Hi", part))[0] == 8192 for part in parts)
    assert windows(replace(question("Hi"), tools=tools))[0] == 16_384
    assert windows(replace(question("Hi"), tools=tools, tool_choice="none"))[0] == 4096


@pytest.mark.parametrize("loaded", [8192, 6000, 131_072])
def test_the_window_it_is_loaded_with_is_kept_where_it_is_enough(loaded: int) -> None:
    assert windows(question("Hi"), loaded=loaded) == (loaded,)


def test_a_loaded_window_that_is_too_small_is_replaced() -> None:
    assert windows(question("word " * 3000), loaded=2048)[0] == 8192


def test_no_window_is_larger_than_the_model_or_a_person_allows() -> None:
    long = question("word " * 100_000)

    assert windows(long) == (131_072,)
    assert windows(long, limit=20_000) == (20_000,)
    assert windows(long, ModelTraits(context_tokens=2048), limit=20_000) == (2048,)


def test_a_window_in_the_modelfile_is_the_least() -> None:
    assert windows(question("Hi"), replace(LARGE, window_tokens=32_000)) == (32_000,)


def test_a_model_elsewhere_and_one_of_unknown_length_have_their_own() -> None:
    assert windows(question("word " * 3000), ModelTraits(remote=True)) == (None,)
    assert windows(question("word " * 3000), ModelTraits()) == (8192, 16_384)


def test_texts_to_embed_need_room_for_the_longest() -> None:
    traits = ModelTraits(context_tokens=8192)
    short, long = "x" * 300, "x" * 15_000

    assert window_for_texts((short,) * 1000, traits, loaded=None, limit=None) == 4096
    assert window_for_texts((short, long), traits, loaded=None, limit=None) == 8192
    assert window_for_texts((), traits, loaded=2048, limit=None) == 2048
    assert window_for_texts((short,), ModelTraits(remote=True), loaded=None, limit=None) is None
