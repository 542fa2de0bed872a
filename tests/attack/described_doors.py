"""Every door asked what its description allows, and what it does not, by schemathesis: a real server must keep its word.

Signed in as an owner, an admin and a member, and not signed in. No answer may be a fault of the server (5xx) or one that
the description does not know (status, kind, shape), and no door may forget to ask who comes. Each of them has a server of
their own, so that what one deletes or closes is missed by nobody else.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.fake_hub import FILE, REPOSITORY, a_hub
from tests.support.house import a_house
from tests.support.members import a_member
from tests.support.server import Server
from tests.support.upstream import MODEL, an_upstream
from tests.support.visitor import EMAIL, PASSWORD

WHO = ("nobody", "member", "admin", "owner")
ROOT = Path(__file__).resolve().parents[2]
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "ignored_auth",
    "use_after_free",
    "unsupported_method",
)
NOT_CHECKED = {
    "allow_header_conformance": "`DELETE /api/invitations/accept` asks for an invitation of that id, so `Allow` names DELETE, "
    "and the description does not",
    "positive_data_acceptance": "what is well-formed may still be refused: a name that is taken, a password that is guessable",
    "negative_data_rejection": "a query that no door asks for is passed over",
}
"""What schemathesis could look at besides, and why it does not."""

NO_LIMIT = "1000000 per 1 second"


@dataclass(frozen=True, slots=True)
class Told:
    """What schemathesis says in the end."""

    who: str
    cases: int
    doors: int
    """How many operations were asked."""
    findings: tuple[str, ...]
    output: str

    @property
    def line(self) -> str:
        return (
            f"{self.who}: {self.cases} cases at {self.doors} doors, {len(self.findings)} findings"
        )


async def attack(
    who: str,
    folder: Path,
    *,
    seed: int,
    examples: int,
    phases: Sequence[str],
    doors: str | None = None,
) -> Told:
    """Ask as `who`, `examples` made-up cases at each door; `doors` are those whose path this expression finds."""
    async with AsyncExitStack() as stack:
        upstream = await stack.enter_async_context(an_upstream())
        hub = await stack.enter_async_context(a_hub(b"GGUF" + b"x" * 4000))
        server, _ = await stack.enter_async_context(
            a_house(
                upstream,
                folder / "data",
                ARCANO_IDENTITY__ATTEMPTS_PER_ACCOUNT=NO_LIMIT,
                ARCANO_IDENTITY__ATTEMPTS_PER_ADDRESS=NO_LIMIT,
                ARCANO_IDENTITY__REGISTRATIONS_PER_ADDRESS=NO_LIMIT,
                ARCANO_MODELSTORE__HUB=hub.address,
            )
        )
        email = EMAIL
        if who in ("member", "admin"):
            email = (await stack.enter_async_context(a_member(server, role=who))).email
        told = {
            "url": server.url,
            "credentials": None if who == "nobody" else {"email": email, "password": PASSWORD},
            "upstream": upstream.base_url,
            "model": MODEL,
            "download": {"repo": REPOSITORY, "name": FILE.removesuffix(".gguf")},
        }
        options = ["--seed", str(seed), "--max-examples", str(examples)]
        options += ["--phases", ",".join(phases)]
        options += [] if doors is None else ["--include-path-regex", doors]
        return await _run(who, server, folder, told, options)


async def _run(
    who: str, server: Server, folder: Path, told: dict[str, Any], options: Sequence[str]
) -> Told:
    report = folder / "report.json"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/api/openapi.json"),
        *("--no-color", "--checks", ",".join(CHECKS), "--continue-on-failure"),
        *("--warnings", "off", "--generation-database", "none"),
        # A busy machine is not a finding.
        *("--wait-for-schema", "60", "--request-timeout", "60"),
        *("--report", "json", "--report-json-path", str(report)),
        *options,
        cwd=folder,  # it leaves notes of its own there
        env={
            **os.environ,  # noqa: TID251 - handed on, not read
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
            "SCHEMATHESIS_HOOKS": "tests.attack.described_hooks",
            "ARCANO_ATTACK": json.dumps(told),
        },
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    said: dict[str, Any] = json.loads(report.read_text()) if report.exists() else {}
    if not said.get("operations"):
        # It did not come so far as to ask anything.
        ended = f"schemathesis ended with {process.returncode}"
        return Told(who, 0, 0, (ended,), output.decode() + server.log)
    findings = [
        f"{failure['title']}: {operation}"
        for failure in said["failures"]
        for operation in failure["operations"]
    ]
    findings += [f"error: {error}" for error in said["errors"]]
    if "Traceback" in server.log:
        findings.append("the server logged a traceback")
    if process.returncode and not findings:
        findings.append(f"schemathesis ended with {process.returncode}")
    return Told(
        who,
        said["test_cases"]["generated"],
        said["operations"]["tested"],
        tuple(findings),
        output.decode() + server.log,
    )
