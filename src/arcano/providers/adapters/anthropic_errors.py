"""What Anthropic says when it fails, as our errors with what to do about them.

Source: Claude API reference, "Errors"; the vendor's `error.details.error_code` names a cause, where its
message may change any day.
"""

from typing import Any

import orjson

from arcano.providers.adapters.openai_errors import error_from_answer, vendor_words
from arcano.providers.adapters.wire_json import as_object
from arcano.providers.errors import ProviderError, ProviderRefusedKeyError

_STATUS_OF_TYPE = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
_MONEY_CODES = frozenset({"contract_spend_limit_reached", "enforced_spend_limit_reached"})
_MONEY_SIGNS = ("credit balance is too low", "specified api usage limits")


def error_from_messages_api(
    provider: str, *, status: int, retry_after: str | None, body: bytes
) -> ProviderError:
    """The error that an answer of this HTTP status and body means."""
    kind, message = vendor_words(body)
    if (
        status == 402
        or kind == "billing_error"
        or _error_code(body) in _MONEY_CODES
        or any(sign in message.lower() for sign in _MONEY_SIGNS)
    ):
        return ProviderRefusedKeyError(
            f"The account at {provider} has no credit left, or reached its own limit. It says: {message}"
        )
    return error_from_answer(provider, status=status, retry_after=retry_after, body=body)


def error_event(provider: str, event: Any, *, key: str | None = None) -> ProviderError:
    """The error that the server reports in the middle of an answer. A quoted `key` is left out."""
    kind = as_object(as_object(event).get("error")).get("type")
    status = _STATUS_OF_TYPE.get(kind, 500) if isinstance(kind, str) else 500
    body = orjson.dumps(event)
    if key:
        body = body.replace(key.encode(), b"[key]")
    return error_from_messages_api(provider, status=status, retry_after=None, body=body)


def _error_code(body: bytes) -> object:
    try:
        answer: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    code: object = as_object(as_object(as_object(answer).get("error")).get("details")).get(
        "error_code"
    )
    return code if isinstance(code, str) else None
