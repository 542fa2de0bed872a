"""Errors in Ollama's words: a body `{"error": "…"}`, whole or as a line of a stream. Source: Ollama API, "Errors"."""

from starlette.responses import Response

from arcano.gateway.refused import refused, vendors_status
from arcano.platform.errors import ArcanoError


def error_body(error: ArcanoError, *, field: str | None = None) -> dict[str, str]:
    """The body; also the line that ends a stream which failed."""
    detail = error.detail
    return {"error": f"{field}: {detail}" if field and not detail.startswith(field) else detail}


def refusal(error: ArcanoError, *, field: str | None = None) -> Response:
    """The error as an HTTP answer."""
    return refused(error, error_body(error, field=field), status=vendors_status(error))
