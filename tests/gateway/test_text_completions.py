"""Several prompts told as one answer, where a target speaks the same format and each is a stream of its own."""

from typing import Any

import orjson

from arcano.gateway.openai.completion_answer import TextCompletions
from arcano.providers import ModelFinished, TokenUsage, WirePassed

END = b"data: [DONE]\n\n"


def passed(text: str) -> bytes:
    """What a target says of one prompt, that was told to say its usage."""
    head: dict[str, Any] = {
        "id": f"cmpl-{text}",
        "object": "text_completion",
        "created": 1,
        "model": "base",
    }
    usage = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}
    choice = {"index": 0, "text": text, "logprobs": None, "finish_reason": "stop"}
    chunks: tuple[dict[str, Any], ...] = (
        {**head, "choices": [choice]},
        {**head, "choices": [], "usage": usage},
    )
    return b"".join(b"data: %s\n\n" % orjson.dumps(chunk) for chunk in chunks)


def told(answers: TextCompletions, *texts: str) -> list[dict[str, Any]]:
    said = b""
    for piece, text in zip(answers.pieces, texts, strict=True):
        said += piece.feed(WirePassed(passed(text), 1))
        said += piece.feed(ModelFinished("stop", TokenUsage(3, 1)))
    said += answers.feed(ModelFinished("stop", TokenUsage(3 * len(texts), len(texts))))
    assert said.endswith(END)
    events = said.removesuffix(END).split(b"\n\n")
    return [orjson.loads(event.removeprefix(b"data: ")) for event in events if event]


def test_the_usage_of_several_prompts_is_told_once_for_all() -> None:
    chunks = told(TextCompletions("base", count=2, stream=True, usage_wanted=True), "one", "two")

    assert [choice["text"] for chunk in chunks for choice in chunk["choices"]] == ["one", "two"]
    assert [choice["index"] for chunk in chunks for choice in chunk["choices"]] == [0, 1]
    (usage,) = [chunk["usage"] for chunk in chunks if chunk.get("usage")]
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (6, 2)
    assert chunks[-1]["usage"] == usage
    assert len({chunk["id"] for chunk in chunks}) == 1


def test_what_a_target_says_of_a_single_prompt_passes_as_it_is() -> None:
    answers = TextCompletions("base", count=1, stream=True, usage_wanted=True)

    assert answers.pieces[0].feed(WirePassed(passed("one"), 1)) == passed("one")
    assert answers.feed(ModelFinished("stop", TokenUsage(3, 1))) == END
