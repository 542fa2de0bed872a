"""Changing a connection: what is named changes, the rest stays, and the key is never seen again."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.support.house import a_house
from tests.support.server import Server, free_port
from tests.support.upstream import MODELS, Call, Upstream
from tests.support.visitor import Visitor

OLD_KEY = "sk-old-0123456789"
NEW_KEY = "sk-new-9876543210"


@asynccontextmanager
async def a_connection(
    visitor: Visitor, upstream: Upstream, **fields: object
) -> AsyncGenerator[dict[str, Any]]:
    """A connection that a person made, with one model that is not asked for."""
    draft = {
        "kind": "openai-compatible",
        "name": "Mine",
        "base_url": upstream.base_url,
        "key": OLD_KEY,
        "models": ["mine"],
        **fields,
    }
    made = await visitor.post("/api/connections", draft)
    assert made.status == 201, made
    try:
        yield made.body
    finally:
        await visitor.call("DELETE", f"/api/connections/{made.body['id']}")


async def change(visitor: Visitor, connection: dict[str, Any], **fields: object) -> dict[str, Any]:
    changed = await visitor.call("PATCH", f"/api/connections/{connection['id']}", fields)
    assert changed.status == 200, changed
    return changed.body


async def listed(visitor: Visitor, connection: dict[str, Any]) -> dict[str, Any]:
    items = (await visitor.get("/api/connections")).body["items"]
    (found,) = (item for item in items if item["id"] == connection["id"])
    return found


async def models_of(visitor: Visitor, connection: dict[str, Any]) -> list[str]:
    items = (await visitor.get("/api/models")).body["items"]
    return [item["name"] for item in items if item["connection_id"] == connection["id"]]


async def asked(visitor: Visitor, upstream: Upstream, question: str) -> Call:
    """What reaches the upstream when the connection's own model is asked."""
    await visitor.hear_out(await visitor.ask(question, model="mine"))
    return await upstream.call_about(question)


async def test_what_is_not_named_stays(visitor: Visitor, upstream: Upstream) -> None:
    async with a_connection(visitor, upstream) as connection:
        renamed = await change(visitor, connection, name=" Ours ")
        call = await asked(visitor, upstream, "Is only the name new?")

        assert renamed == {**connection, "name": "Ours"} == await listed(visitor, connection)
        assert call.headers["authorization"] == f"Bearer {OLD_KEY}"
        assert await change(visitor, connection) == renamed


async def test_a_new_key_is_used_from_then_on_and_never_shown(
    visitor: Visitor, upstream: Upstream
) -> None:
    async with a_connection(visitor, upstream) as connection:
        changed = await change(visitor, connection, key=NEW_KEY)
        call = await asked(visitor, upstream, "Which key is it now?")

        assert changed == {**connection, "key_hint": "…3210"}
        assert call.headers["authorization"] == f"Bearer {NEW_KEY}"


async def test_a_short_key_is_hinted_at_without_any_of_it(
    visitor: Visitor, upstream: Upstream
) -> None:
    async with a_connection(visitor, upstream) as connection:
        assert (await change(visitor, connection, key="elevenchars"))["key_hint"] == "…"
        assert (await change(visitor, connection, key="twelve-chars"))["key_hint"] == "…hars"


async def test_null_removes_the_key(visitor: Visitor, upstream: Upstream) -> None:
    async with a_connection(visitor, upstream) as connection:
        changed = await change(visitor, connection, key=None)
        call = await asked(visitor, upstream, "Do you need a key?")

        assert changed == {**connection, "key_hint": None}
        assert "authorization" not in call.headers


async def test_at_a_new_address_the_models_are_asked_for_anew(
    visitor: Visitor, upstream: Upstream
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/v1"
    async with a_connection(
        visitor, upstream, base_url=nowhere, key=None, models=None
    ) as connection:
        before = await models_of(visitor, connection)
        moved = await change(visitor, connection, base_url=f"{upstream.base_url}/")

        assert before == []
        assert moved == {**connection, "base_url": upstream.base_url}
        assert await models_of(visitor, connection) == list(MODELS)


async def test_models_can_be_named_or_asked_for_instead(
    visitor: Visitor, upstream: Upstream
) -> None:
    async with a_connection(visitor, upstream) as connection:
        named = await change(visitor, connection, models=["one", "two"])
        names = await models_of(visitor, connection)
        asks = await change(visitor, connection, models=None)

        assert (named["models"], names) == (["one", "two"], ["one", "two"])
        assert asks["models"] is None
        assert await models_of(visitor, connection) == list(MODELS)


async def test_a_name_taken_back_is_the_address_again(visitor: Visitor, upstream: Upstream) -> None:
    async with a_connection(visitor, upstream) as connection:
        changed = await change(visitor, connection, name=None)

        assert changed["name"] == f"127.0.0.1:{upstream.port}"


async def test_two_who_change_different_things_at_once_both_do(
    visitor: Visitor, upstream: Upstream
) -> None:
    async with a_connection(visitor, upstream) as connection:
        await asyncio.gather(
            change(visitor, connection, name="Ours"),
            change(visitor, connection, key=NEW_KEY),
            change(visitor, connection, models=["another"]),
        )

        assert await listed(visitor, connection) == {
            **connection,
            "name": "Ours",
            "key_hint": "…3210",
            "models": ["another"],
        }


async def test_a_change_outlives_a_restart_and_the_key_lies_sealed_anew(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        draft = {"kind": "openai-compatible", "base_url": upstream.base_url, "key": OLD_KEY}
        connection = (await visitor.post("/api/connections", draft)).body
        before = sealed_key(server)
        await change(visitor, connection, key=NEW_KEY, models=["mine"], name="Ours")
        changed = await listed(visitor, connection)
        after = sealed_key(server)
        in_files = [path for path in server.data_dir.iterdir() if path.is_file()]
        plain = [path for path in in_files if NEW_KEY.encode() in path.read_bytes()]
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        again = await listed(visitor, connection)
        call = await asked(visitor, upstream, "Do you know the new key?")

    assert before != after
    assert plain == []
    assert again == changed
    assert call.headers["authorization"] == f"Bearer {NEW_KEY}"


def sealed_key(server: Server) -> bytes:
    with sqlite3.connect(server.database) as database:
        ((sealed,),) = database.execute("SELECT key_sealed FROM connections")
    return sealed


async def test_every_tab_hears_that_the_models_changed(
    visitor: Visitor, upstream: Upstream
) -> None:
    async with a_connection(visitor, upstream) as connection, visitor.socket() as socket:
        await socket.command("ping")
        await change(visitor, connection, name="Ours")
        await socket.command("ping")

    names = [m["notice"]["name"] for m in socket.unread if m["type"] == "notice"]
    assert names == ["models-changed"]


async def test_what_the_settings_say_is_changed_there(visitor: Visitor) -> None:
    items = (await visitor.get("/api/connections")).body["items"]
    configured = next(item for item in items if item["source"] == "settings")

    refused = await visitor.call("PATCH", f"/api/connections/{configured['id']}", {"name": "Mine"})

    assert (refused.status, refused.code) == (409, "connection-is-configured")
    assert (await visitor.get("/api/connections")).body["items"] == items


async def test_a_connection_that_was_removed_meanwhile_stays_removed(
    visitor: Visitor, upstream: Upstream
) -> None:
    async with a_connection(visitor, upstream) as connection:
        address = f"/api/connections/{connection['id']}"
        await asyncio.gather(
            visitor.call("DELETE", address), visitor.call("PATCH", address, {"name": "Ghost"})
        )

        late = await visitor.call("PATCH", address, {"name": "Ghost"})

    assert (late.status, late.code) == (404, "connection-not-found")
    assert "Ghost" not in str((await visitor.get("/api/connections")).body)


async def test_a_stored_key_goes_to_no_other_server(visitor: Visitor, upstream: Upstream) -> None:
    """Or who may change an address, but never saw the key, could have it sent to his own server."""
    async with a_connection(visitor, upstream) as connection:
        elsewhere = {"base_url": "http://127.0.0.1:1/v1"}
        refused = await visitor.call("PATCH", f"/api/connections/{connection['id']}", elsewhere)

        assert (refused.status, refused.code) == (422, "invalid-input")
        assert await listed(visitor, connection) == connection
        assert await change(visitor, connection, key=NEW_KEY, **elsewhere)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": " "},
        {"base_url": None},
        {"base_url": "not an address"},
        {"base_url": "https://user:password@host/v1"},
        {"key": ""},
        {"key": "x" * 5000},
        {"models": ["x"] * 1001},
        {"models": "all"},
    ],
)
async def test_a_change_that_makes_no_sense_changes_nothing(
    fields: dict[str, Any], visitor: Visitor, upstream: Upstream
) -> None:
    async with a_connection(visitor, upstream) as connection:
        refused = await visitor.call(
            "PATCH", f"/api/connections/{connection['id']}", {"name": "New", **fields}
        )

        assert (refused.status, refused.code) == (422, "invalid-input")
        assert await listed(visitor, connection) == connection


async def test_a_server_that_is_being_asked_when_its_address_changes_is_not_waited_for(
    visitor: Visitor, upstream: Upstream
) -> None:
    async with (
        silent_server() as silent,
        a_connection(visitor, upstream, base_url=silent, key=None, models=None) as connection,
        asyncio.TaskGroup() as tasks,
    ):
        asking = tasks.create_task(visitor.get("/api/models"))
        await asyncio.sleep(0.3)
        await change(visitor, connection, base_url=upstream.base_url)

        async with asyncio.timeout(5):
            models = await models_of(visitor, connection)
        asking.cancel()

    assert models == list(MODELS)


@asynccontextmanager
async def silent_server() -> AsyncGenerator[str]:
    """Takes connections and says nothing."""
    leave = asyncio.Event()

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await leave.wait()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        leave.set()
