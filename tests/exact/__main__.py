"""`python -m tests.exact`: thousands of calls through every door, while everything goes wrong; `make exact`.

Prints what was counted, and ends with 1 where anything does not add up. The seed is printed first: the same one plans the
same calls. Only the loopback is used.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import SystemRandom

from tests.exact.asking import ASKERS, AT_ONCE, a_bank, make_all
from tests.exact.books import Audit, audit
from tests.exact.plan import plan
from tests.exact.upstream import an_exact_upstream

CALLS = 2_000
MOST_TOLD = 20


async def run(seed: int, count: int, at_once: int) -> tuple[Audit, float]:
    """Make the calls, and audit the books. Returns how long the calls took, too."""
    calls = list(plan(seed, count, askers=ASKERS))
    with tempfile.TemporaryDirectory(prefix="arcano-exact-") as folder:
        async with (
            an_exact_upstream(calls) as upstream,
            a_bank(Path(folder) / "data", upstream) as bank,
        ):
            started = time.monotonic()
            await make_all(bank, calls, at_once=at_once)
            seconds = time.monotonic() - started
            return await audit(bank, calls), seconds


def lines_of(found: Audit, seconds: float) -> Iterator[str]:
    """What was counted, for people."""
    yield f"{'calls planned':<28}{found.calls:>16,}   {found.requests:,} requests in {seconds:.0f} s"
    yield from _listed("doors", found.ways)
    yield from _listed("fates", found.fates)
    yield f"{'refused, without a row':<28}{found.refused:>16,}"
    yield f"{'rows of the ledger':<28}{found.rows:>16,}"
    yield from _listed("outcomes", found.outcomes)
    yield f"{'  estimated':<28}{found.estimated:>16,}"
    yield f"{'  answered from the cache':<28}{found.from_cache:>16,}"
    yield f"{'  of unknown price':<28}{found.unpriced:>16,}"
    yield f"{'tokens read':<28}{found.read:>16,}"
    yield f"{'tokens written':<28}{found.written:>16,}"
    yield f"{'micro-dollars':<28}{found.cost_micros:>16,}"
    yield f"{'sums compared':<28}{found.sums:>16,}"
    yield f"{'budgets compared':<28}{found.budgets:>16,}"
    yield f"{'does not add up':<28}{len(found.wrong):>16,}"
    yield from found.wrong[:MOST_TOLD]


def _listed(title: str, counts: dict[str, int]) -> Iterator[str]:
    yield f"  {title}: " + ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.exact", description=__doc__)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    found, seconds = asyncio.run(run(chosen.seed, chosen.calls, chosen.at_once))
    print(*lines_of(found, seconds), sep="\n")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
