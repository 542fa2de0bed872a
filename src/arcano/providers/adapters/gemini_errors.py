"""What Google's servers say when they fail, as our errors with what to do about them.

Source: Gemini API guide "Troubleshooting", table of error codes; `google.rpc.Status` with the details
`google.rpc.ErrorInfo` and `google.rpc.RetryInfo` (AIP-193).
"""

import re
from math import ceil
from typing import Any

import orjson

from arcano.providers.adapters.openai_errors import error_from_answer, vendor_words
from arcano.providers.adapters.wire_json import as_list, as_object
from arcano.providers.errors import ProviderError, ProviderRefusedKeyError

_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s")
_BAD_KEY_REASONS = {"API_KEY_INVALID", "API_KEY_EXPIRED", "API_KEY_SERVICE_BLOCKED"}
_TOO_LONG = "maximum number of tokens allowed"


def gemini_error(
    provider: str, *, status: int, retry_after: str | None, body: bytes
) -> ProviderError:
    """The error that an answer of this HTTP status and body means."""
    error = _status_of(body)
    code = _string_or_nothing(error.get("status"))
    details = [as_object(detail) for detail in as_list(error.get("details"))]
    if error:
        # The number says no more than the HTTP status; the name of the error does.
        message = _string_or_nothing(error.get("message"))
        body = orjson.dumps({"error": {"code": code, "message": message}})
    _, message = vendor_words(body)
    said = f" It says: {message}" if message else ""
    if code == "FAILED_PRECONDITION" or any(_names_bad_key(detail) for detail in details):
        # Google answers 400 to a wrong key, and to one whose country or account is not served.
        return ProviderRefusedKeyError(
            f"{provider} refused the key ({status}). Check it on the models page.{said}"
        )
    if _TOO_LONG in message:
        body = orjson.dumps({"error": {"code": "context_length_exceeded", "message": message}})
    delay = retry_after or _retry_delay(details)
    return error_from_answer(provider, status=status, retry_after=delay, body=body)


def gemini_error_in_stream(provider: str, error: Any, *, key: str | None) -> ProviderError:
    """The error that a server reports in the middle of an answer. A quoted `key` is left out."""
    status = as_object(error).get("code")
    if not isinstance(status, int) or not 400 <= status < 600:
        status = 500
    try:
        body = orjson.dumps({"error": error})
    except orjson.JSONEncodeError:
        body = b""  # nested deeper than can be written; nobody's words are there
    if key:
        body = body.replace(key.encode(), b"[key]")
    return gemini_error(provider, status=status, retry_after=None, body=body)


def _status_of(body: bytes) -> dict[str, Any]:
    """Google's `Status`. Where a list was going to be sent, the error comes as its only member."""
    try:
        parsed: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    if isinstance(parsed, list):
        parsed = next(iter(as_list(parsed)), None)
    return as_object(as_object(parsed).get("error"))


def _names_bad_key(detail: dict[str, Any]) -> bool:
    return detail.get("reason") in _BAD_KEY_REASONS


def _retry_delay(details: list[dict[str, Any]]) -> str | None:
    """Whole seconds, rounded up: asking a moment too early only costs another refusal."""
    for detail in details:
        delay = detail.get("retryDelay")
        if isinstance(delay, str) and (match := _DURATION.fullmatch(delay)):
            return str(ceil(float(match[1])))
    return None


def _string_or_nothing(value: Any) -> str:
    return value if isinstance(value, str) else ""
