"""Is this a JSON Schema? Draft 2020-12, as providers and tools expect it. Nothing that it refers to is fetched."""

import importlib
from typing import Any

import orjson

from arcano.platform.errors import InvalidInputError

MOST_BYTES = 65_536
_TOO_DEEP = "The schema is nested too deeply."


def check_json_schema(schema: dict[str, Any]) -> None:
    """Whether something can be asked to fit it.

    Raises:
        InvalidInputError: It is no schema of an object, or too large; says where.
    """
    try:
        size = len(orjson.dumps(schema))
    except orjson.JSONEncodeError as deep:
        raise InvalidInputError(_TOO_DEEP) from deep
    if size > MOST_BYTES:
        raise InvalidInputError(f"A schema has {MOST_BYTES // 1024} kB at most.")
    # Read when the first schema comes: few ask with one.
    library = importlib.import_module("jsonschema")
    try:
        library.Draft202012Validator.check_schema(schema)
    except library.SchemaError as wrong:
        place = "".join(f".{step}" for step in wrong.absolute_path)[:200]
        raise InvalidInputError(f"schema{place}: {wrong.message[:300]}") from wrong
    except RecursionError as deep:
        raise InvalidInputError(_TOO_DEEP) from deep
    if schema.get("type") != "object":
        raise InvalidInputError('A schema for answers describes an object: its `type` is "object".')
