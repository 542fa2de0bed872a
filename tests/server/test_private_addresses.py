"""Which connections reach this machine and its network: an owner's may, a member's own may not, some addresses nobody's."""

import json
import re
import sqlite3
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.server.test_own_keys import a_member
from tests.support.canary import Listener, a_listener
from tests.support.house import a_house
from tests.support.server import Server
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor, closing_of

from arcano.entrypoints import migrations

HOSTS = ["127.0.0.1", "localhost", "0x7f.1", "::1", "::ffff:127.0.0.1"]


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def house(
    upstream: Upstream, tmp_path_factory: Any
) -> AsyncGenerator[tuple[Server, Visitor]]:
    """Members may connect to these hosts, as far as names go; nobody allowed their network."""
    folder = tmp_path_factory.mktemp("private") / "data"
    settings = {"ARCANO_PROVIDERS__OWN_KEY_HOSTS": json.dumps(HOSTS)}
    async with a_house(upstream, folder, settings=settings) as house:
        yield house


def draft(base_url: str, **fields: object) -> dict[str, object]:
    return {"kind": "openai-compatible", "name": "Near", "base_url": base_url, **fields}


async def test_an_owner_connects_a_server_of_the_network_as_ever(
    house: tuple[Server, Visitor], upstream: Upstream
) -> None:
    _, owner = house

    made = await owner.post("/api/connections", draft(upstream.base_url))
    own = await owner.post("/api/connections", draft(upstream.base_url, own=True))

    for connection in (made, own):
        assert connection.body["private_addresses"] is True
        place = f"/api/connections/{connection.body['id']}"
        assert (await owner.post(f"{place}/test")).body["ok"]
        await owner.call("DELETE", place)


async def test_an_owner_keeps_a_connection_from_private_addresses_and_lets_it_again(
    house: tuple[Server, Visitor], upstream: Upstream
) -> None:
    _, owner = house
    made = await owner.post(
        "/api/connections",
        draft(upstream.base_url, private_addresses=False, models=["kept-out"]),
    )
    place = f"/api/connections/{made.body['id']}"
    turn = await owner.ask("Is anybody inside?", model="kept-out")

    closing = closing_of(await owner.hear_out(turn))
    await owner.call("PATCH", place, {"private_addresses": True})
    again = await owner.ask("Is anybody inside now?", model="kept-out")
    let_in = closing_of(await owner.hear_out(again))

    assert (closing["type"], closing["code"]) == ("turn-failed", "provider-not-allowed")
    assert closing["retryable"] is False
    assert "private network" in closing["message"]
    assert upstream.calls_about("Is anybody inside?") == []
    assert let_in["type"] == "turn-finished"
    assert len(upstream.calls_about("Is anybody inside now?")) == 1
    await owner.call("DELETE", place)


@pytest.mark.parametrize("host", HOSTS)
async def test_a_members_own_connection_reaches_nothing_private_however_it_is_spelled(
    host: str, house: tuple[Server, Visitor]
) -> None:
    server, _ = house
    async with a_listener("127.0.0.1", "::1") as canary, a_member(server) as member:
        spelled = f"[{host}]" if ":" in host else host
        made = await member.post(
            "/api/connections", draft(f"http://{spelled}:{canary.port}/v1", own=True, key="mine")
        )
        assert made.status == 201, made

        result = (await member.post(f"/api/connections/{made.body['id']}/test")).body

    assert made.body["private_addresses"] is False
    assert result["problem"]["code"] == "provider-not-allowed"
    assert "owner" in result["problem"]["message"]
    assert canary.connections == 0


async def test_a_member_allows_themselves_nothing(
    house: tuple[Server, Visitor], upstream: Upstream
) -> None:
    server, _ = house
    async with a_member(server) as member:
        allowed = await member.post(
            "/api/connections", draft(upstream.base_url, own=True, private_addresses=True)
        )
        made = await member.post("/api/connections", draft(upstream.base_url, own=True))
        place = f"/api/connections/{made.body['id']}"
        changed = await member.call("PATCH", place, {"private_addresses": True})
        usual = await member.call("PATCH", place, {"private_addresses": None, "name": "Mine"})

    assert (allowed.status, allowed.code) == (403, "not-allowed")
    assert (changed.status, changed.code) == (403, "not-allowed")
    assert (usual.body["private_addresses"], usual.body["name"]) == (False, "Mine")


@pytest.mark.parametrize(
    "base_url",
    [
        "http://169.254.169.254/v1",
        "http://[::ffff:169.254.169.254]/v1",
        "http://0xa9fea9fe/v1",
        "http://[fd00:ec2::254]/v1",
        "http://224.0.0.1:8000/v1",
    ],
)
async def test_what_tells_a_machine_who_it_is_is_reached_by_nobody(
    base_url: str, house: tuple[Server, Visitor]
) -> None:
    _, owner = house
    made = await owner.post("/api/connections", draft(base_url))
    place = f"/api/connections/{made.body['id']}"

    result = (await owner.post(f"{place}/test")).body
    await owner.call("DELETE", place)

    assert result["problem"]["code"] == "provider-not-allowed"
    assert "no server's" in result["problem"]["message"]


def later_tables() -> list[str]:
    """What the migrations after the fifth made."""
    folder = Path(str(migrations.__file__)).parent / "versions"
    return [
        table
        for migration in sorted(folder.glob("0*.py"))
        if migration.name >= "0006"
        for table in re.findall(r'create_table\(\s*"(\w+)"', migration.read_text())
    ]


async def test_connections_that_were_there_lead_where_they_led(
    upstream: Upstream, tmp_path: Path
) -> None:
    """Of before the question was asked: the column is taken away, and the server finds it anew."""
    folder = tmp_path / "data"
    settings = {"ARCANO_PROVIDERS__OWN_KEY_HOSTS": '["127.0.0.1"]'}
    async with (
        a_house(upstream, folder, settings=settings) as (server, owner),
        a_member(server) as member,
    ):
        for visitor, own in ((owner, False), (owner, True), (member, True)):
            made = await visitor.post("/api/connections", draft(upstream.base_url, own=own))
            assert made.status == 201, made
        database_path = server.database
        server.kill()
    with sqlite3.connect(database_path) as database:
        database.execute("ALTER TABLE connections DROP COLUMN private_addresses")
        database.execute("ALTER TABLE connections DROP COLUMN unmarked_end")
        database.execute("ALTER TABLE batches DROP COLUMN key_id")
        database.execute("PRAGMA foreign_keys = OFF")
        for later in later_tables():
            database.execute(f"DROP TABLE {later}")
        database.execute("ALTER TABLE groups DROP COLUMN models")
        database.execute("ALTER TABLE identity_changes DROP COLUMN thing_id")
        database.execute("UPDATE alembic_version SET version_num = '0005'")
    database.close()

    async with a_house(upstream, folder, settings=settings):
        with sqlite3.connect(database_path) as database:
            found = database.execute(
                "SELECT owner_id IS NOT NULL, role, private_addresses FROM connections"
                " LEFT JOIN users ON users.id = owner_id ORDER BY connections.id"
            ).fetchall()
        database.close()

    assert found == [(0, None, 1), (1, "owner", 1), (1, "member", 0)]


async def test_a_listener_counts_who_comes(house: tuple[Server, Visitor]) -> None:
    """The control of the canary: an owner's connection does reach it."""
    _, owner = house
    canary: Listener
    async with a_listener("127.0.0.1") as canary:
        made = await owner.post("/api/connections", draft(f"http://127.0.0.1:{canary.port}/v1"))
        await owner.post(f"/api/connections/{made.body['id']}/test")
        await owner.call("DELETE", f"/api/connections/{made.body['id']}")

    assert canary.connections > 0
