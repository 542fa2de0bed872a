"""People at the door, and in the house: a real database, and a clock that can be moved."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.clock import StillClock
from tests.support.community import PASSWORD, Community
from tests.support.fresh_database import a_database
from tests.support.key_ring import Ring

from arcano.identity import IdentitySettings, Passwords, Person, Sessions, SignInThrottle, Viewer
from arcano.identity.set_up_owner import set_up_owner
from arcano.identity.sign_in import sign_in
from arcano.platform.act_log import ActLog
from arcano.platform.sqlite import SqliteDatabase


@dataclass
class Door:
    """Everything of identity, without a web server."""

    database: SqliteDatabase
    clock: StillClock
    passwords: Passwords
    throttle: SignInThrottle
    sessions: Sessions
    acts: ActLog

    async def set_up(self, email: str = "owner@arcano.example") -> Person:
        return await set_up_owner(
            email=email,
            password=PASSWORD,
            name="Owner",
            database=self.database,
            passwords=self.passwords,
            clock=self.clock,
        )

    async def sign_in(
        self,
        password: str = PASSWORD,
        *,
        email: str = "owner@arcano.example",
        address: str = "192.0.2.1",
    ) -> Person:
        return await sign_in(
            email=email,
            password=password,
            address=address,
            database=self.database,
            passwords=self.passwords,
            throttle=self.throttle,
            acts=self.acts,
        )

    def other_sessions(self) -> Sessions:
        """Sessions as another process, or this one after a restart, would know them."""
        return Sessions(
            self.database, self.clock, lifetime=timedelta(days=30), idle=timedelta(days=7)
        )


@pytest.fixture
async def door(tmp_path: Path) -> AsyncGenerator[Door]:
    database = await a_database(tmp_path / "arcano.db")
    clock, passwords = StillClock(), Passwords()
    settings = IdentitySettings(
        attempts_per_account="3 per 5 minutes", attempts_per_address="6 per 5 minutes"
    )
    yield Door(
        database,
        clock,
        passwords,
        SignInThrottle(settings, clock),
        Sessions(database, clock, lifetime=timedelta(days=30), idle=timedelta(days=7)),
        ActLog(database, clock),
    )
    passwords.close()
    database.close()


@pytest.fixture
def community(door: Door) -> Community:
    """The same, with people in it."""
    return Community(door.database, door.clock, door.passwords, door.sessions)


@pytest.fixture
async def owner(community: Community) -> Viewer:
    return await community.begin()


@pytest.fixture
def ring(door: Door) -> Ring:
    return Ring(door, door.sessions)
