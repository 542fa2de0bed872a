"""Ids of responses and of what is in them. An item's id holds that of its response, so that it is found by it."""

import re

from arcano.platform.ids import new_id

_ITEM = re.compile(r"(?:msg|rs|fc|fco|item)_([0-9a-f]{32})[oi][0-9a-f]{4}")


def new_response_id() -> str:
    return f"resp_{new_id().replace('-', '')}"


def output_item_id(kind: str, response_id: str, place: int) -> str:
    """`kind` is `msg`, `rs` or `fc`."""
    return f"{kind}_{response_id.removeprefix('resp_')}o{place:04x}"


def input_item_id(kind: str, response_id: str, place: int) -> str:
    return f"{kind}_{response_id.removeprefix('resp_')}i{place:04x}"


def response_id_of(item_id: str) -> str | None:
    """The response that an item belongs to; None where it is no item of ours."""
    found = _ITEM.fullmatch(item_id)
    return f"resp_{found[1]}" if found else None
