"""What lies in a vendor's account that many share is named by nobody."""

from typing import Any

import pytest

from arcano.providers.stored_things import NAMES, named_things


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_thing_in_the_account_is_found_however_deep_it_is_named(name: str) -> None:
    body: dict[str, Any] = {"messages": [{"content": [{"type": "file", "source": {name: "abc"}}]}]}

    assert named_things(body) == [name]


ONLY_SOUNDS: list[dict[str, Any]] = [
    {},
    {"container": None},
    {"messages": [{"role": "user", "content": "container file_id"}]},
    {"tools": [{"function": {"parameters": {"properties": {"file_id": {"type": "string"}}}}}]},
    {"tools": [{"input_schema": {"properties": {"container": {}}}}]},
    {"messages": [{"content": [{"type": "tool_use", "input": {"file_id": "of one's own"}}]}]},
]


@pytest.mark.parametrize("body", ONLY_SOUNDS)
def test_what_only_sounds_like_one_is_none(body: dict[str, Any]) -> None:
    assert named_things(body) == []


def test_a_body_as_deep_as_any_is_walked() -> None:
    body: dict[str, Any] = {"file_id": "abc"}
    for _ in range(90):
        body = {"a": [body]}

    assert named_things(body) == ["file_id"]
