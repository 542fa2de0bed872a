"""What the doors have in common where they refuse: the status that vendors have for it, and when to ask again."""

from collections.abc import Mapping

import orjson
from starlette.responses import Response

from arcano.platform.errors import ArcanoError

_BAD_REQUEST = 400
_UNPROCESSABLE = 422
_OVERLOADED = "provider-overloaded"


def vendors_status(error: ArcanoError) -> int:
    """Vendors know one status for what is asked wrongly, and one for who asks too much."""
    if error.status == _UNPROCESSABLE:
        return _BAD_REQUEST
    return 429 if error.code == _OVERLOADED else error.status


def refused(
    error: ArcanoError, body: object, *, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    """The error as an HTTP answer. `retry-after` says when it is worth asking again."""
    told = dict(headers or {})
    if error.retry_after is not None:
        told["Retry-After"] = str(max(1, round(error.retry_after.total_seconds())))
    return Response(
        orjson.dumps(body), status_code=status, media_type="application/json", headers=told
    )
