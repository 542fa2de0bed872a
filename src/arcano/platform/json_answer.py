"""A JSON value as an answer, written by orjson."""

import orjson
from starlette.responses import Response


def json_answer(value: object, *, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status_code=status, media_type="application/json")
