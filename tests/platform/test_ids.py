"""Ids sort by the time they were made."""

from itertools import pairwise
from uuid import UUID

from arcano.platform.ids import new_id


def test_later_ids_sort_after_earlier_ones() -> None:
    ids = [new_id() for _ in range(10_000)]

    assert all(earlier < later for earlier, later in pairwise(ids))
    assert {UUID(identifier).version for identifier in ids} == {7}
