"""How often tests that go by chance try, and from which seed: the same seed tries the same.

`ARCANO_TEST_RUNS` multiplies the tries, for Hypothesis as well (`tests/conftest.py`); `ARCANO_TEST_SEED` is where chance
begins. `make attack` sets both, and hears in `ARCANO_TEST_TRIES`, a file, how many tries there were.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

RUNS = int(os.environ.get("ARCANO_TEST_RUNS", "1"))  # noqa: TID251 - of the tests, and no setting
SEED = int(os.environ.get("ARCANO_TEST_SEED", "1"))  # noqa: TID251 - the same
_TOLD = os.environ.get("ARCANO_TEST_TRIES")  # noqa: TID251 - the same


def tries(usually: int, *, about: str) -> Iterator[Random]:
    """So many times as often as `ARCANO_TEST_RUNS` says, each with a chance of its own. `about` tells tests apart."""
    for number in range(usually * RUNS):
        yield Random(f"{SEED} {about} {number}")
    if _TOLD:
        with Path(_TOLD).open("a") as told:
            told.write(f"{usually * RUNS}\n")
