"""The benchmark itself: at a small scale every answer is whole. How fast they come is not asked here."""

import asyncio
import sys

import pytest
from tests.load.running import ROOT

pytestmark = [pytest.mark.server, pytest.mark.long]

FINISHED_WITHIN_SECONDS = 180
STREAMING = ("turns", "first-token", "token-delay", "held-open", "gateway", "soak")
UNDER_FIRE = ("passing", "permission", "adapters", "failover", "overload")


@pytest.mark.parametrize("figures", [STREAMING, UNDER_FIRE], ids=["streaming", "under fire"])
async def test_a_quick_run_streams_every_answer_without_an_error(figures: tuple[str, ...]) -> None:
    bench = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.load", "--quick", *figures),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )

    async with asyncio.timeout(FINISHED_WITHIN_SECONDS):
        said, _ = await bench.communicate()

    report = said.decode()
    assert bench.returncode == 0, report
    assert "ERRORS" not in report
    assert len(report.splitlines()) > 2 + len(figures)
