"""Errors in Anthropic's words.

Source: Claude API reference, "Errors": a body `{"type": "error", "error": {type, message}, "request_id"}`, and the
statuses that its SDKs know and try again.
"""

from typing import Any

from starlette.responses import Response

from arcano.gateway.refused import refused, vendors_status
from arcano.platform.errors import ArcanoError
from arcano.platform.logs import request_id

OVERLOADED = 529

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
    if error.code == "provider-overloaded":
        return OVERLOADED if error.retry_after is None else 429
    if error.status == _UNAVAILABLE:
        return OVERLOADED
    status = vendors_status(error)
    return status if status in _TYPE else 500


def answer_headers() -> dict[str, str]:
    """What every answer of the vendor's has."""
    return {"request-id": request_id.get() or ""}


def refusal(error: ArcanoError, *, field: str | None = None) -> Response:
    """The error as an HTTP answer."""
    body = error_body(error, field=field)
    return refused(error, body, status=status_of(error), headers=answer_headers())
