"""JSON values of unknown kind, taken for what they should be."""

from typing import Any, cast

import orjson


def as_object(value: Any) -> dict[str, Any] | None:  # noqa: ANN401 - any JSON
    """The object that it is; None where it is none."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def as_list(value: Any) -> list[Any] | None:  # noqa: ANN401 - any JSON
    """The list that it is; None where it is none."""
    return cast("list[Any]", value) if isinstance(value, list) else None


def object_in(text: str) -> dict[str, Any] | None:
    """The object that a tool's arguments are; None where a model wrote something else. No arguments are an empty one."""
    try:
        return as_object(orjson.loads(text or "{}"))
    except orjson.JSONDecodeError:
        return None
