"""Errors in OpenAI's words.

Source: OpenAI API reference, "Errors": a body `{"error": {message, type, param, code}}`, and the statuses that its
SDKs know and try again.
"""

from typing import Any

import orjson
from starlette.responses import Response

from arcano.platform.errors import ArcanoError

_STATUS = {
    "invalid-input": 400,
    "context-too-long": 400,
    "provider-rejected-request": 400,
    "parameter-not-taken": 400,
    "cannot-embed": 400,
    "queue-full": 429,
    "provider-overloaded": 429,
}
"""Where OpenAI has another status than we have for what went wrong."""
_CODE = {
    "not-signed-in": "invalid_api_key",
    "model-not-found": "model_not_found",
    "context-too-long": "context_length_exceeded",
    "budget-spent": "insufficient_quota",
    "queue-full": "rate_limit_exceeded",
    "too-many-responses": "rate_limit_exceeded",
    "rate-limited": "rate_limit_exceeded",
    "provider-overloaded": "rate_limit_exceeded",
}
_TYPE = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "invalid_request_error",
    413: "invalid_request_error",
    422: "invalid_request_error",
    429: "rate_limit_error",
}


def error_body(error: ArcanoError, *, field: str | None = None) -> dict[str, Any]:
    """The body; also that of an error inside a stream."""
    status = status_of(error)
    return {
        "error": {
            "message": error.detail,
            "type": _TYPE.get(status, "server_error"),
            "param": field,
            "code": _CODE.get(error.code, error.code.replace("-", "_")),
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
