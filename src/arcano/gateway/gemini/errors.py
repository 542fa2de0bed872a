"""Errors in Google's words.

Source: Gemini API reference, "Troubleshooting", and Google's `google.rpc.Status`: a body `{"error": {code, message,
status, details}}`.
"""

from typing import Any

from starlette.responses import Response

from arcano.gateway.refused import refused, vendors_status
from arcano.platform.errors import ArcanoError

_WORD = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}
_TYPES = "type.googleapis.com/google.rpc."


def error_body(error: ArcanoError, *, field: str | None = None) -> dict[str, Any]:
    """The body; also the last chunk of a stream that failed."""
    status = vendors_status(error)
    details: list[dict[str, Any]] = []
    if field is not None:
        violation = {"field": field, "description": error.detail}
        details.append({"@type": f"{_TYPES}BadRequest", "fieldViolations": [violation]})
    if error.retry_after is not None:
        delay = f"{error.retry_after.total_seconds():g}s"
        details.append({"@type": f"{_TYPES}RetryInfo", "retryDelay": delay})
    return {
        "error": {
            "code": status,
            "message": error.detail,
            "status": _WORD.get(status, "INTERNAL"),
            "details": details,
        }
    }


def refusal(error: ArcanoError, *, field: str | None = None) -> Response:
    """The error as an HTTP answer."""
    return refused(error, error_body(error, field=field), status=vendors_status(error))
