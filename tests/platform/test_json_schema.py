"""Whether something is a JSON Schema: asked of everybody's, and answered before anybody else has to wait."""

from typing import Any

import pytest

from arcano.platform.errors import InvalidInputError
from arcano.platform.json_schema import MOST_PARTS, check_json_schema

SEVERAL = MOST_PARTS - 100
ANYTHING: dict[str, Any] = {}
MANY: list[dict[str, Any]] = [
    {"anyOf": [ANYTHING] * (MOST_PARTS + 1)},
    {"allOf": [True] * (MOST_PARTS + 1)},
    {"properties": {f"{n}": False for n in range(MOST_PARTS + 1)}},
    {"anyOf": [{"not": ANYTHING}] * (MOST_PARTS // 2 + 1)},
]


def test_a_schema_of_many_properties_is_one() -> None:
    check_json_schema(
        {"type": "object", "properties": {f"field {n}": {"type": "string"} for n in range(SEVERAL)}}
    )


@pytest.mark.parametrize("many", MANY)
def test_a_schema_of_more_parts_than_anybody_means_is_not_looked_at(many: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="1,000 parts at most"):
        check_json_schema({"type": "object", **many})


def test_many_words_are_no_parts() -> None:
    words = [f"{n}" for n in range(5 * MOST_PARTS)]

    check_json_schema({"type": "object", "properties": {"word": {"enum": words}}})
