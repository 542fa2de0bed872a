"""Is this a JSON Schema? Draft 2020-12, as providers and tools expect it. Nothing that it refers to is fetched."""

import importlib
from typing import Any

import orjson
from pydantic import JsonValue

from arcano.platform.errors import InvalidInputError

MOST_BYTES = 65_536
MOST_PARTS = 1000
"""Objects, `true` and `false`: each may be a schema of its own, and looking at one takes a tenth of a millisecond."""
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
    if _parts_of(schema) > MOST_PARTS:
        raise InvalidInputError(f"A schema has {MOST_PARTS:,} parts at most.")
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


def _parts_of(schema: dict[str, Any]) -> int:
    """How many things in it may be schemas."""
    parts = 0
    waiting: list[JsonValue] = [schema]
    while waiting:
        value = waiting.pop()
        parts += isinstance(value, dict | bool)
        if isinstance(value, dict | list):
            waiting.extend(value.values() if isinstance(value, dict) else value)
    return parts
