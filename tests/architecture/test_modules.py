"""The tracked files keep the house rules; the rules themselves are tested beside this file."""

from tools.lint.__main__ import findings, tracked


def test_every_tracked_file_keeps_the_house_rules() -> None:
    assert [str(finding) for finding in findings(tracked())] == []
