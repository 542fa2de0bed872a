"""Runs every test in the order in which a failure is cheapest: the page's, the server's, the browser's.

    run_tests.py            all of them
    run_tests.py page|server|browser ...     only these

A later group runs also when an earlier one failed, so that one run tells everything.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from find_chromium import HELP, find  # noqa: E402

# Tests of whole processes wait for one another more than for a core: three at a time keep two cores busy. Whoever is done
# takes from the others what they have not begun, so that nobody ends alone.
TOGETHER = ("-n", "3", "--dist", "worksteal")
# A folder, not a marker: what is not asked for is not even imported, which costs more than the browser's tests do.
BROWSER = "tests/browser"
REPORT = ROOT / ".make" / "tests.xml"
NO_TESTS = 5  # pytest's exit code when its selection is empty

counted: Counter[str] = Counter()
broken: list[str] = []
"""The names of the tests that failed, told once more at the end: what comes after them is long."""


def page() -> int:
    command = [str(ROOT / ".venv-build/bin/python"), "tools/build_web.py", "npm", "run", "test"]
    REPORT.parent.mkdir(exist_ok=True)
    environment = {**os.environ, "ARCANO_TEST_REPORT": str(REPORT)}
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    count()
    return code


def server() -> int:
    return pytest(*TOGETHER, f"--ignore={BROWSER}")


def browser() -> int:
    chromium = find()
    if chromium is None:
        print(HELP)
        return 1
    return pytest(*TOGETHER, BROWSER, ARCANO_TEST_CHROMIUM=chromium)


def pytest(*arguments: str, **environment: str) -> int:
    """One run of pytest, counted. A selection without tests is no failure."""
    REPORT.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "pytest", f"--junitxml={REPORT}", *arguments]
    environment = {**os.environ, **environment}
    # Where Python is told to keep no bytecode, each worker compiles every test anew: half of what collecting them costs.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    count()
    return 0 if code == NO_TESTS else code


def count() -> None:
    """Adds what the report of a run says, and takes it away."""
    if not REPORT.exists():
        return
    for test in ElementTree.parse(REPORT).getroot().iter("testcase"):  # noqa: S314 - our own run wrote it
        counted["all"] += 1
        counted["skipped"] += test.find("skipped") is not None
        if test.find("failure") is not None or test.find("error") is not None:
            broken.append(f"{test.get('classname')}: {test.get('name')}")
    REPORT.unlink()


GROUPS: dict[str, Callable[[], int]] = {"page": page, "server": server, "browser": browser}


def main(names: list[str]) -> int:
    failed: list[str] = []
    for name in names or GROUPS:
        started = time.monotonic()
        print(f"\n== tests of the {name}", flush=True)
        if GROUPS[name]() != 0:
            failed.append(name)
        print(f"== {name}: {time.monotonic() - started:.0f} s", flush=True)
    if failed:
        print(f"\nFailed: {', '.join(failed)}.", *broken, sep="\n  ")
    passed = counted["all"] - len(broken) - counted["skipped"]
    print(f"\nTests: {passed} passed, {len(broken)} failed, {counted['skipped']} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
