"""Runs every static check, two at a time, and shows what failed: `check.py`, or `check.py ruff pyright` for some.

What `.ci/run` decides on, before the tests. Each line tells one check and how long it took; only a failure prints
more.
"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv" / "bin"
PYTHON = str(VENV / "python")
NPM = [str(ROOT / ".venv-build/bin/python"), "tools/build_web.py", "npm"]
AT_ONCE = 2
# Not the tests: some of what they hold is wrong on purpose.
SPELLED = [
    "README.md",
    "CONTRIBUTING.md",
    "AGENTS.md",
    "CHANGELOG.md",
    "changes",
    "docs",
    "src/arcano",
    "tools",
]

# The slowest first, so that two of them do not wait for one another at the end.
CHECKS: dict[str, list[str]] = {
    "pyright": [*NPM, "exec", "--", "pyright", "--project", "..", "--pythonpath", PYTHON],
    "page": [*NPM, "run", "check"],
    "imports": [str(VENV / "lint-imports"), "--no-cache"],
    "api": [PYTHON, "tools/check_api.py"],
    "format": [str(VENV / "ruff"), "format", "--check", "--quiet", "."],
    "ruff": [str(VENV / "ruff"), "check", "--quiet", "."],
    "bandit": [str(VENV / "bandit"), "-q", "-r", "-c", "pyproject.toml", "src/arcano"],
    "security": [
        str(VENV / "ast-grep"),
        "scan",
        "--report-style",
        "medium",
        "src",
        "tools",
        "web/src",
    ],
    "secrets": [PYTHON, "tools/find_secrets.py"],
    "house": [PYTHON, "-m", "tools.lint"],
    "locks": [PYTHON, "tools/lock.py", "--check"],
    "reference": [PYTHON, "tools/generate_reference.py", "--check"],
    "spelling": [
        str(VENV / "codespell"),
        "--skip",
        "*.lock,*.svg,*.whl,web_dist,__pycache__",
        *SPELLED,
    ],
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check said."""

    name: str
    passed: bool
    seconds: float
    output: str


def run(name: str) -> Outcome:
    started = time.monotonic()
    done = subprocess.run(
        CHECKS[name],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
    )
    return Outcome(name, done.returncode == 0, time.monotonic() - started, done.stdout)


def main(names: list[str]) -> int:
    failed = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for outcome in pool.map(run, names or CHECKS):
            print(
                f"  {'ok    ' if outcome.passed else 'FAILED'} {outcome.name:<10} {outcome.seconds:5.1f} s",
                flush=True,
            )
            if not outcome.passed:
                failed += 1
                print(
                    "\n".join(f"         {line}" for line in outcome.output.splitlines()),
                    flush=True,
                )
    print(
        f"  {failed} of {len(names or CHECKS)} checks failed." if failed else "  All checks passed."
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
