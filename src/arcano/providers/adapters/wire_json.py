"""JSON from elsewhere, looked at with care: a value is what it claims to be, or it is nothing."""

from typing import Any, cast


def as_object(value: Any) -> dict[str, Any]:
    """The JSON object, or an empty one where there is something else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The JSON array, or an empty one where there is something else."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def as_count(value: Any) -> int | None:
    """The number, where it can be how many there are of something. JSON's `true` is none."""
    return value if type(value) is int and 0 <= value < 2**53 else None
