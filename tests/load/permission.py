"""What it costs on the way of every request to know who asks, and that they may: token or key to viewer, viewer to permission.

Beside it the one dictionary look-up that any session needs. Queries are counted: there is none once the session is known.
"""

import hashlib
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from sqlalchemy import Connection
from starlette.datastructures import Headers
from tests.load.figure import Figure, beside
from typing_extensions import override

from arcano.entrypoints.migrations import migrate
from arcano.identity import (
    Access,
    IdentitySettings,
    KeyLimits,
    Keys,
    KeyThrottle,
    Passwords,
    Permission,
    Person,
    Sessions,
)
from arcano.identity.keys.edit_keys import KeyEditor, KeyTerms
from arcano.identity.keys.find_credential import find_credential
from arcano.identity.keys.secret import Secret
from arcano.identity.set_up_owner import set_up_owner
from arcano.platform.act_log import ActLog
from arcano.platform.clock import Clock, SystemClock
from arcano.platform.database import Database
from arcano.platform.sqlite import SqliteDatabase

CHECKS = 100_000
QUICK_CHECKS = 1_000
ROUNDS = 5

T = TypeVar("T")


class _Counting(Database):
    """Counts what reaches the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.units = 0

    @override
    async def read(self, unit: Callable[[Connection], T]) -> T:
        self.units += 1
        return await self._database.read(unit)

    @override
    async def write(self, unit: Callable[[Connection], T]) -> T:
        self.units += 1
        return await self._database.write(unit)


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """µs of processor time to let a known session through a door that asks for a permission."""
    checks = QUICK_CHECKS if quick else CHECKS
    with TemporaryDirectory() as folder:
        kept = SqliteDatabase(Path(folder) / "arcano.db")
        await kept.write(migrate)
        database, clock, passwords = _Counting(kept), SystemClock(), Passwords()
        person = await set_up_owner(
            email="owner@arcano.example",
            password="correct horse",
            name="Owner",
            database=database,
            passwords=passwords,
            clock=clock,
        )
        day = timedelta(days=1)
        sessions = Sessions(database, clock, lifetime=day, idle=day)
        token = await sessions.open(person)
        access = Access((Permission.CONVERSATION_WRITE,), "editor")
        known = {token: person}
        ours: list[float] = []
        direct: list[float] = []
        units = database.units
        for _ in range(ROUNDS):
            began = time.process_time()
            for _ in range(checks):
                access.check(await sessions.viewer(token))
            ours.append((time.process_time() - began) / checks * 1e6)
            began = time.process_time()
            for _ in range(checks):
                known.get(token)
            direct.append((time.process_time() - began) / checks * 1e6)
        queries = database.units - units
        by_key = await _by_key(checks, person, sessions, database, clock)
        passwords.close()
        kept.close()
    yield beside(
        "permission check of a known session",
        "µs",
        20,
        ours=ours,
        direct=direct,
        note=f"{queries} queries in {checks * ROUNDS:,} checks",
        errors=queries,
    )
    yield beside(
        "caller and permission by a known key",
        "µs",
        20,
        ours=by_key.ours,
        direct=by_key.direct,
        note=f"headers, digest, address and permission; {by_key.queries} queries in {checks * ROUNDS:,} calls",
        errors=by_key.queries,
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    ours: list[float]
    direct: list[float]
    queries: int


async def _by_key(
    checks: int, person: Person, sessions: Sessions, database: _Counting, clock: Clock
) -> _Measured:
    """From the headers of a request to a viewer who may ask a model, beside the digest alone."""
    throttle, acts = KeyThrottle(IdentitySettings(), clock), ActLog(database, clock)
    keys = Keys(database, clock, sessions, throttle=throttle, acts=acts)
    owner = await sessions.viewer(await sessions.open(person))
    terms = KeyTerms(
        "Measured", frozenset({"api"}), ("*",), ("192.0.2.0/24", "10.0.0.0/8"), KeyLimits(), None
    )
    made = await KeyEditor(owner, database, clock).make(terms)
    await sessions.hear()
    headers = Headers({"authorization": f"Bearer {made.secret}", "host": "arcano.example"})
    access = Access((Permission.MODEL_USE,))
    secret = made.secret.encode()
    await keys.viewer(made.secret, address="10.1.2.3")
    ours: list[float] = []
    direct: list[float] = []
    units = database.units
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(checks):
            shown = find_credential(headers, b"")
            viewer = await keys.viewer(Secret(shown or ""), address="10.1.2.3")
            access.check(viewer)
            viewer.expect_model("small")
        ours.append((time.process_time() - began) / checks * 1e6)
        began = time.process_time()
        for _ in range(checks):
            hashlib.sha256(secret).digest()
        direct.append((time.process_time() - began) / checks * 1e6)
    return _Measured(ours, direct, database.units - units)
