"""Errors in OpenAI's words.

Source: OpenAI API reference, "Errors": a body `{"error": {message, type, param, code}}`, and the statuses that its
SDKs know and try again.
"""

from typing import Any

from starlette.responses import Response

from arcano.gateway.refused import refused, vendors_status
from arcano.platform.errors import ArcanoError

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
    429: "rate_limit_error",
}


def error_body(error: ArcanoError, *, field: str | None = None) -> dict[str, Any]:
    """The body; also that of an error inside a stream."""
    status = vendors_status(error)
    return {
        "error": {
            "message": error.detail,
            "type": _TYPE.get(status, "server_error"),
            "param": field,
            "code": _CODE.get(error.code, error.code.replace("-", "_")),
        }
    }


def refusal(error: ArcanoError, *, field: str | None = None) -> Response:
    """The error as an HTTP answer."""
    return refused(error, error_body(error, field=field), status=vendors_status(error))
