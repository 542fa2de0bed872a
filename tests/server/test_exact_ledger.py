"""The books are exact: what the ledger, its sums and the budgets say of calls through every door is what providers told.

`make exact` makes two thousand of them and prints what it counted.
"""

from pathlib import Path

import pytest
from tests.exact.asking import ASKERS, a_bank, make_all
from tests.exact.books import audit
from tests.exact.plan import plan
from tests.exact.upstream import an_exact_upstream

CALLS = 200
SEED = 1


@pytest.mark.long
async def test_each_call_stands_in_the_ledger_once_with_exactly_what_was_told(
    tmp_path: Path,
) -> None:
    calls = list(plan(SEED, CALLS, askers=ASKERS))
    async with an_exact_upstream(calls) as upstream, a_bank(tmp_path / "data", upstream) as bank:
        await make_all(bank, calls)

        found = await audit(bank, calls)

    assert not found.wrong
    assert found.rows > CALLS
    assert found.refused > 0
