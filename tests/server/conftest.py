"""One loop and one ordinary server for all tests that do it no lasting harm; the others start their own."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from tests.support.door_targets import Targets, door_targets
from tests.support.server import CANARY_KEY, Server, a_server
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor, signed_in_visitor


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder is about the real server, in the loop where its upstream lives."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.server)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(
    upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Server]:
    data_dir = tmp_path_factory.mktemp("server") / "data"
    async with a_server(
        data_dir, OPENAI_BASE_URL=upstream.base_url, OPENAI_API_KEY=CANARY_KEY
    ) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(server: Server) -> AsyncGenerator[Visitor]:
    async with signed_in_visitor(server.url) as visitor:
        yield visitor


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def targets(
    upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Targets]:
    """For the doors of programs: a server of the module's own, with a target of each format behind it."""
    usual = upstream.otherwise
    async with door_targets(upstream, tmp_path_factory.mktemp("targets") / "data") as there:
        yield there
    upstream.otherwise = usual
