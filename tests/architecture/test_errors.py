"""Errors keep their promises: each says its own code, status and whether trying again helps."""

import re
from typing import cast

import pytest
from tools.generate_reference import error_classes, import_everything

from arcano.platform.errors import ArcanoError

import_everything()
ERRORS = error_classes()


@pytest.mark.parametrize(
    "error", ERRORS, ids=lambda error: cast("type[ArcanoError]", error).__name__
)
def test_an_error_states_everything_itself(error: type[ArcanoError]) -> None:
    assert {"code", "status", "retryable"} <= vars(error).keys(), (
        "Inheriting them is how a wrong status is born."
    )
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", error.code)
    assert 400 <= error.status <= 599
    assert error.__name__.endswith("Error")
    assert error.__doc__, "Say when it happens and what the caller should do."


def test_no_two_errors_share_a_code() -> None:
    codes = [error.code for error in ERRORS]

    assert sorted(codes) == sorted(set(codes))
