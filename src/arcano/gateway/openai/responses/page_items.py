"""A page of the items that were sent with a response. Source: OpenAI API reference, "List input items"."""

from typing import Any

from arcano.gateway.openai.responses.output_items import shown
from arcano.platform.errors import InvalidInputError


def page_of(
    items: list[dict[str, Any]], *, after: str | None, limit: int, newest_first: bool
) -> dict[str, Any]:
    """At most `limit` items that come after the one with the id `after`, in the wanted order.

    Raises:
        InvalidInputError: There is no item `after`.
    """
    ordered = items[::-1] if newest_first else items
    ids = [item.get("id") for item in ordered]
    if after is not None and after not in ids:
        raise InvalidInputError(f"after: There is no item {after[:100]!r}.")
    first = 0 if after is None else ids.index(after) + 1
    page = [shown(item, encrypted=False) for item in ordered[first : first + limit]]
    return {
        "object": "list",
        "data": page,
        "first_id": page[0]["id"] if page else None,
        "last_id": page[-1]["id"] if page else None,
        "has_more": first + limit < len(ordered),
    }
