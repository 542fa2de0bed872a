"""A whole house for one test: the real server on a folder of its own, an upstream behind it, and its owner signed in."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from tests.support.server import Server, a_server
from tests.support.upstream import Upstream
from tests.support.visitor import EMAIL, PASSWORD, Visitor, a_visitor, signed_in_visitor


@asynccontextmanager
async def a_house(
    upstream: Upstream, data_dir: Path, **settings: str
) -> AsyncGenerator[tuple[Server, Visitor]]:
    """The server may leave before the block does; its folder stays, for the next one."""
    async with (
        a_server(data_dir, OPENAI_BASE_URL=upstream.base_url, settings=settings) as server,
        signed_in_visitor(server.url) as visitor,
    ):
        yield server, visitor


@asynccontextmanager
async def a_member(server: Server) -> AsyncGenerator[Visitor]:
    """Somebody else with an account, signed in. Until people can be invited, only the database makes one."""
    email = f"{uuid4()}@example.org"
    with sqlite3.connect(server.database) as database:
        database.execute(
            "INSERT INTO users SELECT ?, ?, 'Grace', password_hash, 'member', created_at"
            " FROM users WHERE email = ?",
            (str(uuid4()), email, EMAIL),
        )
    database.close()
    async with a_visitor(server.url) as member:
        done = await member.post("/api/session", {"email": email, "password": PASSWORD})
        assert done.status == 201, done
        yield member
