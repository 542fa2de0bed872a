"""Errors in Google's words.

Source: Gemini API reference, "Troubleshooting", and Google's `google.rpc.Status`: a body `{"error": {code, message,
status, details}}`.
"""

from typing import Any

import orjson
from starlette.responses import Response

from arcano.platform.errors import ArcanoError

_STATUS = {
    "invalid-input": 400,
    "context-too-long": 400,
    "provider-rejected-request": 400,
    "provider-refused-seal": 400,
    "parameter-not-taken": 400,
    "cannot-embed": 400,
    "provider-overloaded": 429,
}
"""Where Google has another status than we have for what went wrong."""
_WORD = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    413: "INVALID_ARGUMENT",
    422: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}
_TYPES = "type.googleapis.com/google.rpc."


def error_body(error: ArcanoError, *, field: str | None = None) -> dict[str, Any]:
    """The body; also the last chunk of a stream that failed."""
    status = status_of(error)
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


def status_of(error: ArcanoError) -> int:
    return _STATUS.get(error.code, error.status)


def refusal(error: ArcanoError, *, field: str | None = None) -> Response:
    """The error as an HTTP answer. `retry-after` says when it is worth asking again."""
    headers: dict[str, str] = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after.total_seconds())))
    return Response(
        orjson.dumps(error_body(error, field=field)),
        status_code=status_of(error),
        media_type="application/json",
        headers=headers,
    )
