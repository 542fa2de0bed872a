"""What OpenAI-compatible servers say when they fail, as our errors with what to do about them.

Source: OpenAI API guide, "Error codes"; OpenRouter API reference, "Errors"; Groq docs, "API error codes";
Mistral API reference, `HTTPValidationError`; FastAPI's `detail`, which vLLM and SGLang inherit.
"""

import re
from datetime import timedelta
from typing import Any

import orjson

from arcano.providers.adapters.wire_json import as_list, as_object
from arcano.providers.errors import (
    ContextTooLongError,
    ModelNotFoundError,
    ProviderError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
    SealRefusedError,
)

_MAX_QUOTED = 300
_MAX_DETAILS = 3
_NO_CREDIT = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
_STATUS_OF_CODE = {
    "rate_limit_exceeded": 429,
    "rate_limit_error": 429,
    "insufficient_quota": 429,
    "billing_hard_limit_reached": 429,
    "server_overloaded": 503,
    "overloaded_error": 503,
    "engine_overloaded": 503,
    "invalid_api_key": 401,
    "authentication_error": 401,
    "permission_denied": 403,
    "model_not_found": 404,
    "context_length_exceeded": 400,
    "invalid_request_error": 400,
    "invalid_prompt": 400,
    "invalid_encrypted_content": 400,
    "content_filter": 400,
    "content_policy_violation": 400,
    "timeout": 504,
}
"""In the middle of a stream there is no status, only a word for it."""
_TOO_LONG_SIGNS = (
    "context_length_exceeded",
    "exceed_context_size",
    "maximum context length",
    "context window",
    "context size",
    "too many tokens",
    "prompt is too long",
    "exceed context limit",
)
_SEAL_SIGNS = re.compile(
    # OpenAI: sealed for another organisation, or cut short on the way.
    r"invalid_encrypted_content|encrypted content .*could not be verified"
    # Anthropic, also through others.
    r"|invalid `?(signature|data)`? in `?(redacted_)?thinking"
    # Google. One that is missing is another matter: leaving out the others does not bring it back.
    r"|(invalid|corrupted) thought signature|thought signature is not valid"
)
"""What vendors say, in small letters, of a thought that they did not seal, or not for this key's account."""

_TOO_LONG_TO_EMBED = "too large to process. increase the physical batch size"
"""What llama.cpp says, with 500, of a text that it cannot make a vector of in one go."""


def error_from_answer(
    provider: str, *, status: int, retry_after: str | None, body: bytes
) -> ProviderError:
    """The error that an answer of this HTTP status and body means."""
    code, message = vendor_words(body)
    said = f" It says: {message}" if message else ""
    if 300 <= status < 400:
        return ProviderRejectedRequestError(
            f"{provider} sends us to another address ({status}). Correct the base URL of the connection."
        )
    if status == 402 or (status == 429 and code in _NO_CREDIT):
        return ProviderRefusedKeyError(f"The account at {provider} has no credit left.{said}")
    if status in (429, 498, 503, 529):
        return ProviderOverloadedError(
            f"{provider} asks us to slow down ({status}). Try again in a moment.{said}",
            retry_after=_delay(retry_after),
        )
    return _by_status(provider, status=status, words=f"{code} {message}".lower(), said=said)


def _by_status(provider: str, *, status: int, words: str, said: str) -> ProviderError:
    refused_as_too_long = 400 <= status < 500 and any(sign in words for sign in _TOO_LONG_SIGNS)
    if status == 413 or refused_as_too_long or _TOO_LONG_TO_EMBED in words:
        return ContextTooLongError(
            f"The conversation is longer than this model at {provider} can take. "
            f"Shorten it or choose a model with a larger context.{said}"
        )
    if status == 403 and ("moderation" in words or "flagged" in words):
        return ProviderRejectedRequestError(f"{provider} will not answer this question.{said}")
    if status in (401, 403):
        return ProviderRefusedKeyError(
            f"{provider} refused the key ({status}). Check it on the models page.{said}"
        )
    if status == 404:
        return ModelNotFoundError(
            f"{provider} does not know this model or address (404). Choose another model.{said}"
        )
    if status in (408, 504):
        return ProviderUnreachableError(f"{provider} did not answer in time ({status}).{said}")
    if 400 <= status < 500 and _SEAL_SIGNS.search(words):
        return SealRefusedError(
            f"{provider} does not take back what its model thought before ({status}).{said}"
        )
    if 400 <= status < 500:
        return ProviderRejectedRequestError(f"{provider} rejected the request ({status}).{said}")
    return ProviderError(f"{provider} failed ({status}). Try again.{said}")


def error_in_stream(provider: str, error: Any, *, key: str | None = None) -> ProviderError:
    """The error that a server reports in the middle of an answer. A quoted `key` is left out."""
    body = orjson.dumps({"error": error})
    if key:
        body = body.replace(key.encode(), b"[key]")
    return error_from_answer(provider, status=_status_in(error), retry_after=None, body=body)


def _status_in(error: Any) -> int:
    """The HTTP status that an error without one amounts to."""
    fields = as_object(error)
    for name in ("code", "status", "type"):
        said: Any = fields.get(name)
        if isinstance(said, str):
            said = int(said) if said.isdecimal() and len(said) == 3 else _STATUS_OF_CODE.get(said)
        if isinstance(said, int) and 400 <= said < 600:
            return said
    return 500


def vendor_words(body: bytes) -> tuple[str, str]:
    """The vendor's own code and message, where the body has the usual shape."""
    try:
        parsed: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "", ""
    error: Any = as_object(parsed).get("error", parsed)
    if isinstance(error, str):
        return "", _quoted(error)
    fields = as_object(error)
    # Both are searched for signs, which takes the square of what they are long.
    code = _quoted(_sentence(fields.get("code") or fields.get("type"), depth=0))
    message = _sentence(fields.get("message") or fields.get("detail"))
    # OpenRouter says that somebody failed, and here what that somebody said.
    further = as_object(fields.get("metadata")).get("raw")
    if isinstance(further, str):
        message = f"{message} ({further})"
    return code, _quoted(message)


def _sentence(said: Any, *, depth: int = 4) -> str:
    """A message, which may be one sentence, or a list of what is wrong with which field."""
    if isinstance(said, (str, int, float)):
        return str(said)
    if not depth:
        return ""
    if isinstance(said, list):
        wrong = as_list(said)[:_MAX_DETAILS]
        return "; ".join(_place(item) + _sentence(item, depth=depth - 1) for item in wrong)
    fields = as_object(said)
    inner = fields.get("msg") or fields.get("message") or fields.get("detail")
    return _sentence(inner, depth=depth - 1)


def _place(item: Any) -> str:
    steps = as_list(as_object(item).get("loc"))
    place = ".".join(str(step) for step in steps if isinstance(step, (str, int)))
    return f"{place}: " if place else ""


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MAX_QUOTED else text[: _MAX_QUOTED - 1] + "…"


def _delay(retry_after: str | None) -> timedelta | None:
    """Seconds only: dates and milliseconds are made seconds of before they come here."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        return None
    return timedelta(seconds=min(seconds, 86_400)) if seconds >= 0 else None
