"""What OpenAI-compatible servers say when they fail, as our errors with what to do about them.

Source: OpenAI API guide, "Error codes"; RFC 9110 for `Retry-After`.
"""

from datetime import timedelta
from typing import Any

import orjson

from arcano.providers.adapters.wire_json import as_object
from arcano.providers.errors import (
    ContextTooLongError,
    ModelNotFoundError,
    ProviderError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
)

_MAX_QUOTED = 300
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
    if status == 429 and code == "insufficient_quota":
        return ProviderRefusedKeyError(f"The account at {provider} has no credit left.{said}")
    if status in (429, 503, 529):
        return ProviderOverloadedError(
            f"{provider} asks us to slow down ({status}). Try again in a moment.{said}",
            retry_after=_delay(retry_after),
        )
    return _by_status(provider, status=status, words=f"{code} {message}".lower(), said=said)


def _by_status(provider: str, *, status: int, words: str, said: str) -> ProviderError:
    if status == 413 or (400 <= status < 500 and any(sign in words for sign in _TOO_LONG_SIGNS)):
        return ContextTooLongError(
            f"The conversation is longer than this model at {provider} can take. "
            f"Shorten it or choose a model with a larger context.{said}"
        )
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
    if 400 <= status < 500:
        return ProviderRejectedRequestError(f"{provider} rejected the request ({status}).{said}")
    return ProviderError(f"{provider} failed ({status}). Try again.{said}")


def error_in_stream(provider: str, error: Any, *, key: str | None = None) -> ProviderError:
    """The error that a server reports in the middle of an answer. A quoted `key` is left out."""
    status: Any = as_object(error).get("code")
    if not isinstance(status, int) or not 400 <= status < 600:
        status = 500
    body = orjson.dumps({"error": error})
    if key:
        body = body.replace(key.encode(), b"[key]")
    return error_from_answer(provider, status=status, retry_after=None, body=body)


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
    code = fields.get("code") or fields.get("type") or ""
    return str(code), _quoted(str(fields.get("message") or fields.get("detail") or ""))


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MAX_QUOTED else text[: _MAX_QUOTED - 1] + "…"


def _delay(retry_after: str | None) -> timedelta | None:
    """Seconds only: no OpenAI-compatible server was seen to send a date."""
    if retry_after and retry_after.strip().isdigit():
        return timedelta(seconds=min(int(retry_after), 86_400))
    return None
