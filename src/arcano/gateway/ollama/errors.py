"""Errors in Ollama's words: a body `{"error": "…"}`, whole or as a line of a stream. Source: Ollama API, "Errors"."""

import orjson
from starlette.responses import Response

from arcano.platform.errors import ArcanoError

_STATUS = {
    "invalid-input": 400,
    "context-too-long": 400,
    "provider-rejected-request": 400,
    "parameter-not-taken": 400,
    "cannot-embed": 400,
    "provider-overloaded": 429,
}
"""Where Ollama has another status than we have for what went wrong."""


def error_body(error: ArcanoError, *, field: str | None = None) -> dict[str, str]:
    """The body; also the line that ends a stream which failed."""
    detail = error.detail
    return {"error": f"{field}: {detail}" if field and not detail.startswith(field) else detail}


def refusal(error: ArcanoError, *, field: str | None = None) -> Response:
    """The error as an HTTP answer. `retry-after` says when it is worth asking again."""
    headers: dict[str, str] = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after.total_seconds())))
    return Response(
        orjson.dumps(error_body(error, field=field)),
        status_code=_STATUS.get(error.code, error.status),
        media_type="application/json",
        headers=headers,
    )
