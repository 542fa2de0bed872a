"""Asks whether any locked version has a known vulnerability, and whether the locks are older than SECURITY.md promises.

    audit_locks.py            each lock: nothing known, what is known, or that nobody could be asked
    audit_locks.py --strict   fail too where nobody could be asked, for a machine that is online

pip-audit and npm ask; `make audit` installs the first. Nothing is changed. A lock that nobody could be asked about
counts as neither good nor bad, and is said to be so.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, cast

ROOT = Path(__file__).resolve().parent.parent
BUILD_BIN = ROOT / ".venv-build" / "bin"
PIP_AUDIT = [
    str(BUILD_BIN / "pip-audit"), "--disable-pip", "--require-hashes", "--progress-spinner", "off", "-f", "json", "-r",
]  # fmt: skip
NPM_AUDIT = [str(BUILD_BIN / "python"), str(ROOT / "tools/build_web.py"), "npm", "audit", "--json"]
RENEWED_WITHIN = timedelta(days=90)
"""SECURITY.md says so too; `tests/architecture/test_tools.py` compares."""
WITHIN_SECONDS = 300

State = Literal["ok", "FAILED", "unknown"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known about one lock."""

    lock: str
    state: State
    detail: str


def of_pip_audit(lock: str, said: str, complained: str) -> Verdict:
    """What pip-audit's answer comes to. One that is no JSON means that it could not ask."""
    answer = _object(said)
    if answer is None or "dependencies" not in answer:
        return _nobody_asked(lock, complained)
    known = [
        f"{one['name']} {one['version']}: {flaw['id']}"
        + (f" (mended in {', '.join(flaw['fix_versions'])})" if flaw.get("fix_versions") else "")
        for one in answer["dependencies"]
        for flaw in one.get("vulns", [])
    ]
    if known:
        return Verdict(lock, "FAILED", "; ".join(known))
    return Verdict(lock, "ok", f"nothing is known about {len(answer['dependencies'])} packages")


def of_npm_audit(lock: str, said: str, complained: str) -> Verdict:
    """What npm's answer comes to."""
    answer = _object(said)
    if answer is None or "vulnerabilities" not in answer:
        told = (answer or {}).get("message") or (answer or {}).get("error") or complained
        return _nobody_asked(lock, str(told))
    known = [
        f"{name}: {flaw.get('severity', 'known')}"
        for name, flaw in answer["vulnerabilities"].items()
    ]
    if known:
        return Verdict(lock, "FAILED", "; ".join(known))
    return Verdict(lock, "ok", "nothing is known about its packages")


def of_age(lock: str, renewed: datetime | None, now: datetime) -> Verdict:
    """Whether somebody looked at the versions lately."""
    if renewed is None:
        return Verdict(lock, "unknown", "git does not say when it was renewed")
    days = (now - renewed).days
    state: State = "ok" if now - renewed <= RENEWED_WITHIN else "FAILED"
    return Verdict(lock, state, f"renewed {days} days ago, {RENEWED_WITHIN.days} are allowed")


def exit_code(verdicts: list[Verdict], *, strict: bool) -> int:
    """1 where something is wrong; with `strict` also where nobody knows."""
    bad = {"FAILED", "unknown"} if strict else {"FAILED"}
    return int(any(verdict.state in bad for verdict in verdicts))


def _nobody_asked(lock: str, complained: str) -> Verdict:
    lines = complained.strip().splitlines()
    return Verdict(lock, "unknown", f"nobody could be asked: {(lines or ['no answer'])[-1][:160]}")


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None


def _run(command: list[str], folder: Path) -> tuple[str, str]:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=WITHIN_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        return "", str(failure)
    return done.stdout, done.stderr


def _renewed(lock: str) -> datetime | None:
    said, _ = _run(["git", "log", "-1", "--format=%ct", "--", lock], ROOT)
    return datetime.fromtimestamp(int(said), UTC) if said.strip().isdigit() else None


def look() -> list[Verdict]:
    """All locks, those of the server first."""
    verdicts: list[Verdict] = []
    now = datetime.fromtimestamp(time.time(), UTC)
    for path in sorted(ROOT.glob("requirements*.lock")):
        verdicts.append(of_pip_audit(path.name, *_run([*PIP_AUDIT, str(path)], ROOT)))
        verdicts.append(of_age(path.name, _renewed(path.name), now))
    page = "web/package-lock.json"
    verdicts.append(of_npm_audit(page, *_run(NPM_AUDIT, ROOT)))
    verdicts.append(of_age(page, _renewed(page), now))
    return verdicts


def main(arguments: list[str]) -> int:
    verdicts = look()
    for verdict in verdicts:
        print(f"  {verdict.state:<8} {verdict.lock:<28} {verdict.detail}")
    return exit_code(verdicts, strict="--strict" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
