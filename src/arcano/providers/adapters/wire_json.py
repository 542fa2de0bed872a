"""JSON from elsewhere, looked at with care: a value is what it claims to be, or it is nothing."""

from typing import Any, cast


def as_object(value: Any) -> dict[str, Any]:
    """The JSON object, or an empty one where there is something else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
