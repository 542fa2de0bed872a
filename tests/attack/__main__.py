"""`python -m tests.attack [part ...]`: what somebody hostile would try, for minutes, with figures; `make attack`.

Ends with 1 where anything was found. The seed is printed first: the same one tries the same. Only the loopback is used.
"""

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

from tests.attack.described_doors import NOT_CHECKED, WHO, Told, attack

ROOT = Path(__file__).resolve().parents[2]
PHASES = ("coverage", "fuzzing", "stateful")
AT_ONCE = 2

TESTS: Mapping[str, tuple[str, ...]] = {
    "sign-in": ("tests/identity/elsewhere", "tests/identity/test_sign_in.py"),
    "addresses": (
        "tests/platform/test_address_spellings.py",
        "tests/platform/test_egress.py",
        "tests/platform/test_addresses.py",
    ),
    "authorization": ("tests/server/test_authorization_matrix.py", "tests/identity/test_access.py"),
    "limits": (
        "tests/platform/test_limits_by_chance.py",
        "tests/platform/test_json_depth.py",
        "tests/entrypoints/test_bounded_http.py",
        "tests/server/test_hostile_heads.py",
        "tests/server/test_bad_requests.py",
    ),
}
"""Parts that are tests of the ordinary suite, here tried more often."""

_EXAMPLES = re.compile(r"- (\d+) passing, (\d+) failing")


@dataclass(frozen=True, slots=True)
class Figure:
    """What came of a part."""

    part: str
    cases: int
    findings: int
    seconds: float
    more: str = ""

    @property
    def line(self) -> str:
        return (
            f"{self.part:<22}{self.cases:>9}{self.findings:>10}{self.seconds:>8.0f} s  {self.more}"
        )


async def doors(seed: int, examples: int) -> AsyncGenerator[Figure]:
    """Every door, asked as everybody."""
    for check, why in NOT_CHECKED.items():
        print(f"  not looked at: {check}: {why}")
    places = asyncio.Semaphore(AT_ONCE)

    async def one(who: str) -> tuple[Told, float]:
        async with places:
            started = time.monotonic()
            with tempfile.TemporaryDirectory() as folder:
                told = await attack(who, Path(folder), seed=seed, examples=examples, phases=PHASES)
            return told, time.monotonic() - started

    for finished in asyncio.as_completed([one(who) for who in WHO]):
        told, seconds = await finished
        if told.findings:
            print(told.output)
            print(*told.findings, sep="\n")
        part = f"doors, {told.who}"
        yield Figure(part, told.cases, len(told.findings), seconds, f"{told.doors} doors")


def tests(part: str, seed: int, runs: int) -> Figure:
    """Tests of the ordinary suite: how many passed, and how many cases chance made of them."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tries = Path(folder) / "tries"
        tries.touch()
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "--tb=short"),
                *("--hypothesis-show-statistics", f"--hypothesis-seed={seed}", *TESTS[part]),
            ],
            cwd=ROOT,
            env={
                **os.environ,  # noqa: TID251 - handed on, not read
                "ARCANO_TEST_RUNS": str(runs),
                "ARCANO_TEST_SEED": str(seed),
                "ARCANO_TEST_TRIES": str(tries),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        by_chance = sum(map(int, tries.read_text().split()))
    by_chance += sum(int(passed) for passed, _ in _EXAMPLES.findall(done.stdout))
    passed, failed = (_number(word, done.stdout) for word in ("passed", "failed|error"))
    if done.returncode:
        print(done.stdout, done.stderr)
        failed = max(failed, 1)
    seconds = time.monotonic() - started
    return Figure(part, passed + by_chance, failed, seconds, f"{passed} tests, {by_chance} tries")


def _number(word: str, output: str) -> int:
    found = re.findall(rf"(\d+) (?:{word})", output)
    return int(found[-1]) if found else 0


async def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=["doors", *TESTS], default=["doors", *TESTS])
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    parser.add_argument("--examples", type=int, default=30, help="made-up cases at each door")
    parser.add_argument("--runs", type=int, default=30, help="how many times as often as usual")
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    figures: list[Figure] = []
    print(f"{'part':<22}{'cases':>9}{'findings':>10}{'time':>10}", flush=True)
    if "doors" in chosen.parts:
        async for figure in doors(chosen.seed, chosen.examples):
            figures.append(figure)
            print(figure.line, flush=True)
    for part in TESTS:
        if part in chosen.parts:
            figures.append(await asyncio.to_thread(tests, part, chosen.seed, chosen.runs))
            print(figures[-1].line, flush=True)
    cases, findings = (sum(getattr(f, name) for f in figures) for name in ("cases", "findings"))
    print(f"{'all':<22}{cases:>9}{findings:>10}", flush=True)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
