"""Errors in Anthropic's words.

Source: Claude API reference, "Errors": a body `{"type": "error", "error": {type, message}, "request_id"}`, and the
statuses that its SDKs know and try again.
"""

from typing import Any

import orjson
from starlette.responses import Response

from arcano.platform.errors import ArcanoError
from arcano.platform.logs import request_id

OVERLOADED = 529

_STATUS = {
    "invalid-input": 400,
    "context-too-long": 400,
    "provider-rejected-request": 400,
    "provider-refused-seal": 400,
    "parameter-not-taken": 400,
    "model-file-unusable": 400,
    "queue-full": 429,
}
"""Where Anthropic has another status than we have for what went wrong."""
_TYPE = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    OVERLOADED: "overloaded_error",
}
_UNAVAILABLE = 503


def error_body(error: ArcanoError, *, field: str | None = None) -> dict[str, Any]:
    """The body; also the data of an error inside a stream."""
    message = error.detail
    if field and not message.startswith(field):
        message = f"{field}: {message}"
    kind = _TYPE.get(status_of(error), "api_error")
    return {
        "type": "error",
        "error": {"type": kind, "message": message},
        "request_id": request_id.get(),
    }


def status_of(error: ArcanoError) -> int:
    """A limit that says when it ends is one of rate; whoever cannot take more and does not know for how long is overloaded."""
    if error.code in _STATUS:
        return _STATUS[error.code]
    if error.code == "provider-overloaded":
        return OVERLOADED if error.retry_after is None else 429
    if error.status == _UNAVAILABLE:
        return OVERLOADED
    return error.status if error.status in _TYPE else 500


def answer_headers() -> dict[str, str]:
    """What every answer of the vendor's has."""
    return {"request-id": request_id.get() or ""}


def refusal(error: ArcanoError, *, field: str | None = None) -> Response:
    """The error as an HTTP answer. `retry-after` says when it is worth asking again."""
    headers = answer_headers()
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after.total_seconds())))
    return Response(
        orjson.dumps(error_body(error, field=field)),
        status_code=status_of(error),
        media_type="application/json",
        headers=headers,
    )
