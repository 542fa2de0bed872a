"""What Ollama says when it fails, as our errors with what to do about them.

Source: Ollama documentation, "Errors"; the messages are those of `server/routes.go`, `server/sched.go` and
`llm/llama_server.go` of Ollama 0.33. They have no codes, so they are known by their words.
"""

import re
from typing import Any

import orjson

from arcano.providers.adapters.openai_errors import error_from_answer, vendor_words
from arcano.providers.errors import (
    ContextTooLongError,
    ModelNotFoundError,
    ProviderError,
    ProviderRefusedKeyError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
)

_UNKNOWN_MODEL = re.compile(r"model ['\"]([^'\"]{1,200})['\"] not found")
_TOO_LONG_SIGNS = (
    "available context",  # "request (9000 tokens) exceeds the available context size (4096 tokens)"
    "maximum context length",
    "exceeds the context length",
    "longer than the context length",
)
_MEMORY_SIGNS = ("system memory", "out of memory", "insufficient memory", "unable to allocate")
_LIBRARY_SIGNS = ("max retries exceeded", "dial tcp", "no such host", "i/o timeout")


def error_from_ollama(
    provider: str, *, status: int, retry_after: str | None, body: bytes
) -> ProviderError:
    """The error that an answer of this HTTP status and body means."""
    said = vendor_words(body)[1]
    known = _known_by_its_words(provider, status=status, said=said)
    if known is not None:
        return known
    if status == 404 and not said:
        return ProviderRejectedRequestError(
            f"{provider} has nothing at this address (404). Correct the base URL of the connection: "
            "it usually ends in :11434."
        )
    if status == 401 and b'"signin_url"' in body:
        return ProviderRefusedKeyError(
            f"This model runs at ollama.com, and {provider} is not signed in there. "
            "Run `ollama signin` where it runs."
        )
    if status == 499:
        return ProviderError(f"{provider} gave the call up before it began. Try again.")
    return error_from_answer(provider, status=status, retry_after=retry_after, body=body)


def error_in_ollama_stream(provider: str, error: Any, *, key: str | None = None) -> ProviderError:
    """The error of an `error` line in the middle of a stream. A quoted `key` is left out."""
    body = orjson.dumps({"error": error})
    if key:
        body = body.replace(key.encode(), b"[key]")
    return error_from_ollama(provider, status=500, retry_after=None, body=body)


def _known_by_its_words(provider: str, *, status: int, said: str) -> ProviderError | None:
    words = said.lower()
    quote = f" It says: {said}"
    if unknown := _UNKNOWN_MODEL.search(said):
        name = unknown[1]
        return ModelNotFoundError(
            f"{provider} does not have the model {name}. "
            f"Pull it first, on the models page or with `ollama pull {name}`."
        )
    if status >= 400 and any(sign in words for sign in _TOO_LONG_SIGNS):
        return ContextTooLongError(
            f"The conversation is longer than this model at {provider} can take. "
            f"Shorten it or choose a model with a larger context.{quote}"
        )
    if any(sign in words for sign in _MEMORY_SIGNS):
        return ProviderError(
            f"The machine of {provider} has too little memory for this model and conversation. "
            f"Unload other models, or choose a smaller one.{quote}"
        )
    if status == 403 and "cloud" in words:
        return ProviderRejectedRequestError(
            f"{provider} may not use models that run at ollama.com. Choose another model.{quote}"
        )
    return _known_from_pulling(provider, words=words, quote=quote)


def _known_from_pulling(provider: str, *, words: str, quote: str) -> ProviderError | None:
    if "pull model manifest" in words and "file does not exist" in words:
        return ModelNotFoundError(
            "The library has no model of that name. Look it up at ollama.com/library."
        )
    if "no space left" in words:
        return ProviderError(
            f"The disk of {provider} is full. Delete models there, then pull again: "
            f"what has arrived is kept.{quote}"
        )
    if any(sign in words for sign in _LIBRARY_SIGNS):
        return ProviderUnreachableError(
            f"{provider} cannot reach the library. Pull again later: what has arrived is kept.{quote}"
        )
    return None
