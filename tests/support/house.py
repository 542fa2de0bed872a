"""A whole house for one test: the real server on a folder of its own, an upstream behind it, and its owner signed in."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.server import NO_SETTINGS, Server, a_server
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor, signed_in_visitor


@asynccontextmanager
async def a_house(
    upstream: Upstream,
    data_dir: Path,
    *,
    by_command: bool = False,
    settings: Mapping[str, str] = NO_SETTINGS,
    **more_settings: str,
) -> AsyncGenerator[tuple[Server, Visitor]]:
    """The server may leave before the block does; its folder stays, for the next one."""
    known = {"OPENAI_BASE_URL": upstream.base_url, **settings, **more_settings}
    async with (
        a_server(data_dir, by_command=by_command, settings=known) as server,
        signed_in_visitor(server.url) as visitor,
    ):
        yield server, visitor
