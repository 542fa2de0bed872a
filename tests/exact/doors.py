"""The doors for programs: how a call is asked through each, and which targets answer in its own words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_WRITTEN = 64


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `texts`: one, but for prompts to be completed. `sure`: so that the answer may be kept."""

    model: str
    texts: Sequence[str]
    stream: bool
    sure: bool = False
    stored: bool = False
    background: bool = False


@dataclass(frozen=True, slots=True)
class DoorWay:
    """One address. `door` is what the ledger calls it; `same_words`: the kind of target whose answers pass unread."""

    name: str
    door: str
    path: Callable[[Question], str]
    body: Callable[[Question], dict[str, Any]]
    same_words: str | None = None
    embeds: bool = False
    prompts: bool = False


def _sampling(question: Question) -> dict[str, Any]:
    return {"temperature": 0} if question.sure else {}


def _messages(question: Question) -> list[dict[str, str]]:
    return [{"role": "user", "content": question.texts[0]}]


def _chat(question: Question) -> dict[str, Any]:
    return {
        "model": question.model,
        "messages": _messages(question),
        "stream": question.stream,
        "max_tokens": MOST_WRITTEN,
        **_sampling(question),
    }


def _response(question: Question) -> dict[str, Any]:
    return {
        "model": question.model,
        "input": question.texts[0],
        "stream": question.stream,
        "store": question.stored,
        "background": question.background,
        "max_output_tokens": MOST_WRITTEN,
        **_sampling(question),
    }


def _completion(question: Question) -> dict[str, Any]:
    return {
        "model": question.model,
        "prompt": list(question.texts),
        "stream": question.stream,
        "max_tokens": MOST_WRITTEN,
        **_sampling(question),
    }


def _options(question: Question) -> dict[str, Any]:
    return {"options": {"num_predict": MOST_WRITTEN, **_sampling(question)}}


def _ollama_chat(question: Question) -> dict[str, Any]:
    return {
        "model": question.model,
        "messages": _messages(question),
        "stream": question.stream,
        **_options(question),
    }


def _ollama_generate(question: Question) -> dict[str, Any]:
    return {
        "model": question.model,
        "prompt": question.texts[0],
        "stream": question.stream,
        **_options(question),
    }


def _gemini(question: Question) -> dict[str, Any]:
    return {
        "contents": [{"role": "user", "parts": [{"text": question.texts[0]}]}],
        "generationConfig": {"maxOutputTokens": MOST_WRITTEN, **_sampling(question)},
    }


def _gemini_path(question: Question) -> str:
    deed = "streamGenerateContent?alt=sse" if question.stream else "generateContent"
    return f"/v1beta/models/{question.model}:{deed}"


def _at(path: str) -> Callable[[Question], str]:
    return lambda _: path


DOORS: Mapping[str, DoorWay] = {
    way.name: way
    for way in (
        DoorWay("chat", "openai", _at("/v1/chat/completions"), _chat, "openai-compatible"),
        DoorWay("responses", "openai", _at("/v1/responses"), _response, "openai-responses"),
        DoorWay("completions", "openai", _at("/v1/completions"), _completion, prompts=True),
        DoorWay("messages", "anthropic", _at("/v1/messages"), _chat, "anthropic"),
        DoorWay("ollama chat", "ollama", _at("/ollama/api/chat"), _ollama_chat),
        DoorWay("ollama generate", "ollama", _at("/ollama/api/generate"), _ollama_generate),
        DoorWay("gemini", "gemini", _gemini_path, _gemini, "gemini"),
        DoorWay(
            "embeddings",
            "openai",
            _at("/v1/embeddings"),
            lambda asked: {"model": asked.model, "input": asked.texts[0]},
            embeds=True,
        ),
        DoorWay(
            "ollama embed",
            "ollama",
            _at("/ollama/api/embed"),
            lambda asked: {"model": asked.model, "input": asked.texts[0]},
            embeds=True,
        ),
        DoorWay(
            "gemini embed",
            "gemini",
            lambda asked: f"/v1beta/models/{asked.model}:embedContent",
            lambda asked: {"content": {"parts": [{"text": asked.texts[0]}]}},
            embeds=True,
        ),
    )
}
