"""Other people in a workspace, for tests of what they may and may not do."""

import sqlite3
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from tests.support.server import Server
from tests.support.visitor import EMAIL, PASSWORD, Visitor, a_visitor
from typing_extensions import override


@dataclass(slots=True, eq=False)
class Member(Visitor):
    """Somebody with an account, signed in. They have the owner's password, as they are made from the owner's row."""

    server: Server
    email: str
    id: str = ""

    def disable(self) -> None:
        """As another process would."""
        with sqlite3.connect(self.server.database) as database:
            database.execute("UPDATE users SET state = 'disabled' WHERE id = ?", (self.id,))
            database.execute(
                "INSERT INTO identity_changes (user_id, kind, made_at) VALUES (?, 'ended', ?)",
                (self.id, time.time_ns() // 1000),
            )
        database.close()

    def leave(self) -> None:
        """As another process would, of which this one hears afterwards."""
        with sqlite3.connect(self.server.database) as database:
            database.execute("PRAGMA foreign_keys = ON")
            database.execute("DELETE FROM users WHERE id = ?", (self.id,))
            database.execute(
                "INSERT INTO identity_changes (user_id, kind, made_at) VALUES (?, 'leaving', ?)",
                (self.id, time.time_ns() // 1000),
            )
        database.close()

    def decide(self, policy: str, value: str) -> None:
        """Another policy of the workspace, as JSON, decided in another process."""
        self.run("UPDATE policies SET value = ? WHERE name = ?", value, policy)

    def run(self, statement: str, *values: str) -> None:
        """In the server's database, behind its back."""
        with sqlite3.connect(self.server.database) as database:
            database.execute(statement, values)
        database.close()

    def last_proved_long_ago(self) -> None:
        """As if their sessions were hours old."""
        with sqlite3.connect(self.server.database) as database:
            database.execute("UPDATE sessions SET proved_at = 0 WHERE user_id = ?", (self.id,))
        database.close()

    @override
    async def sign_in(self) -> None:
        done = await self.post("/api/session", {"email": self.email, "password": PASSWORD})
        assert done.status == 201, done
        self.id = done.body["id"]


@asynccontextmanager
async def a_member(server: Server, *, role: str = "member") -> AsyncGenerator[Member]:
    """Somebody of a role, put into the database of a server that has its owner."""
    email = f"{uuid4()}@example.org"
    with sqlite3.connect(server.database) as database:
        database.execute(
            "INSERT INTO users (id, email, name, password_hash, role, created_at)"
            " SELECT ?, ?, 'Grace', password_hash, ?, created_at FROM users WHERE email = ?",
            (str(uuid4()), email, role, EMAIL),
        )
    database.close()
    async with a_visitor(server.url) as visitor:
        member = Member(visitor.http, visitor.url, server, email)
        await member.sign_in()
        yield member
