"""A key of one's own: only for whoever brought it, seen, used, changed and removed by nobody else."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest_asyncio
from tests.support.house import a_house
from tests.support.members import a_member
from tests.support.server import Server
from tests.support.upstream import MODEL, Upstream
from tests.support.visitor import Visitor

KEY = "sk-mine-0123456789abcdef"
HOST = "127.0.0.1"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def house(
    upstream: Upstream, tmp_path_factory: Any
) -> AsyncGenerator[tuple[Server, Visitor]]:
    folder = tmp_path_factory.mktemp("own") / "data"
    settings = {
        "ARCANO_PROVIDERS__OWN_KEY_HOSTS": f'["{HOST}"]',
        "ARCANO_EGRESS__ALLOWED_NETWORKS": f'["{HOST}/32"]',
    }
    async with a_house(upstream, folder, settings=settings) as house:
        yield house


def draft(upstream: Upstream, **fields: object) -> dict[str, object]:
    return {
        "kind": "openai-compatible",
        "name": "Mine",
        "base_url": upstream.base_url,
        "key": KEY,
        "own": True,
        **fields,
    }


async def connect(visitor: Visitor, upstream: Upstream, **fields: object) -> dict[str, Any]:
    made = await visitor.post("/api/connections", draft(upstream, **fields))
    assert made.status == 201, made
    return made.body


async def own_models(visitor: Visitor) -> list[dict[str, Any]]:
    return [item for item in (await visitor.get("/api/models")).body["items"] if item["own"]]


async def test_only_whoever_brought_it_sees_it_and_its_models(
    house: tuple[Server, Visitor], upstream: Upstream
) -> None:
    server, owner = house
    async with a_member(server) as member, a_member(server) as another:
        before = (await owner.get("/api/connections")).body["own_of_others"]
        made = await connect(member, upstream)

        mine = (await member.get("/api/connections")).body
        seen_by_owner = (await owner.get("/api/connections")).body

        assert made["own"]
        assert [item["id"] for item in mine["items"]] == [made["id"]]
        assert mine["own_of_others"] is None
        assert seen_by_owner["own_of_others"] == before + 1
        assert made["id"] not in str(seen_by_owner)
        assert [model["connection_id"] for model in await own_models(member)] != []
        assert await own_models(another) == await own_models(owner) == []
        assert (await another.get("/api/connections")).body["items"] == []
        await member.call("DELETE", f"/api/connections/{made['id']}")


async def test_a_turn_goes_out_with_the_key_of_whoever_asks(
    house: tuple[Server, Visitor], upstream: Upstream
) -> None:
    server, _ = house
    async with a_member(server) as member:
        await connect(member, upstream)
        model = (await own_models(member))[0]["id"]

        await member.hear_out(await member.ask("Is it my own key?", model=model))
        await member.hear_out(await member.ask("Whose key is it now?", model=MODEL))

        mine = await upstream.call_about("Is it my own key?")
        everybodys = await upstream.call_about("Whose key is it now?")
        assert mine.headers["authorization"] == f"Bearer {KEY}"
        assert "authorization" not in everybodys.headers


async def test_anothers_own_model_cannot_be_asked_even_by_its_id(
    house: tuple[Server, Visitor], upstream: Upstream
) -> None:
    server, owner = house
    async with a_member(server) as member:
        await connect(member, upstream)
        model = (await own_models(member))[0]["id"]
        turn = await member.ask("Mine alone?", model=model)
        await member.hear_out(turn)
        place = await owner.new_conversation()
        theirs = await owner.ask("A question.")
        await owner.hear_out(theirs)

        asked = await owner.try_to_ask("Mine alone?", conversation_id=place, model=model)
        again = await owner.post(f"/api/messages/{theirs.answer_id}/regenerate", {"model": model})

        assert (asked.status, asked.code) == (404, "model-not-found")
        assert (again.status, again.code) == (404, "model-not-found")
        assert len(upstream.calls_about("Mine alone?")) == 1


async def test_anothers_own_connection_is_as_if_it_were_not_there(
    house: tuple[Server, Visitor], upstream: Upstream
) -> None:
    server, owner = house
    async with a_member(server) as member, a_member(server) as another:
        made = await connect(member, upstream)
        place = f"/api/connections/{made['id']}"

        for somebody in (owner, another):
            answers = [
                await somebody.call("PATCH", place, {"name": "Ours"}),
                await somebody.post(f"{place}/test"),
                await somebody.call("DELETE", place),
            ]
            assert [answer.code for answer in answers] == ["connection-not-found"] * 3
        assert (await member.post(f"{place}/test")).body["ok"]
        assert (await member.call("PATCH", place, {"name": "My own"})).body["name"] == "My own"
        assert (await member.call("DELETE", place)).status == 204


async def test_a_member_connects_nothing_for_everybody(
    house: tuple[Server, Visitor], upstream: Upstream
) -> None:
    server, owner = house
    organisation = (await owner.get("/api/connections")).body["items"][0]["id"]
    async with a_member(server) as member:
        made = await member.post("/api/connections", draft(upstream, own=False))
        changed = await member.call("PATCH", f"/api/connections/{organisation}", {"name": "Ha"})

    assert (made.status, made.code) == (403, "not-allowed")
    assert (changed.status, changed.code) == (403, "not-allowed")


async def test_a_member_cannot_make_the_server_call_any_address(
    house: tuple[Server, Visitor], upstream: Upstream
) -> None:
    server, _ = house
    async with a_member(server) as member:
        made = await connect(member, upstream)
        places = [
            "http://169.254.169.254/latest",
            "http://localhost:8080/v1",
            "http://api.openai.com/v1",
            "https://api.openai.com:8443/v1",
            "https://api.openai.com.example.org/v1",
        ]
        refused = [
            await member.post("/api/connections", draft(upstream, base_url=place))
            for place in places
        ]
        moved = await member.call(
            "PATCH", f"/api/connections/{made['id']}", {"base_url": places[0], "key": KEY}
        )
        known = await connect(member, upstream, base_url="https://api.openai.com/v1", models=["m"])

        assert [one.code for one in (*refused, moved)] == ["own-keys-not-allowed"] * 6
        assert known["base_url"] == "https://api.openai.com/v1"


async def test_the_key_is_sealed_for_its_row_and_shown_to_nobody(
    house: tuple[Server, Visitor], upstream: Upstream
) -> None:
    server, owner = house
    async with a_member(server) as member:
        made = await connect(member, upstream)
        shown = [await member.get("/api/connections"), await owner.get("/api/connections")]
        with sqlite3.connect(server.database) as database:
            ((sealed, owner_id),) = database.execute(
                "SELECT key_sealed, owner_id FROM connections WHERE id = ?", (made["id"],)
            )
        database.close()

    assert owner_id is not None
    assert KEY.encode() not in sealed
    assert KEY not in f"{made} {shown} {server.log}"


async def test_whoever_is_deleted_by_another_process_leaves_no_key_in_this_ones_memory(
    house: tuple[Server, Visitor], upstream: Upstream
) -> None:
    server, owner = house
    async with a_member(server) as member:
        before = (await owner.get("/api/connections")).body["own_of_others"]
        await connect(member, upstream)
        assert (await owner.get("/api/connections")).body["own_of_others"] == before + 1

        member.leave()

        remembered = [before + 1]
        for _ in range(60):
            remembered.append((await owner.get("/api/connections")).body["own_of_others"])
            await asyncio.sleep(0 if remembered[-1] == before else 0.05)
        assert remembered[-1] == before


async def test_where_the_settings_forbid_it_nobody_brings_a_key(
    upstream: Upstream, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    async with a_house(upstream, folder) as (_, owner):
        await connect(owner, upstream)
        assert len(await own_models(owner)) > 0
    async with a_house(upstream, folder, ARCANO_PROVIDERS__OWN_KEYS="false") as (server, owner):
        made = await owner.post("/api/connections", draft(upstream))
        page = (await owner.get("/api/connections")).body

        assert (made.status, made.code) == (403, "own-keys-not-allowed")
        assert not page["own_allowed"]
        assert await own_models(owner) == []
        async with a_member(server) as member:
            assert (await member.get("/api/connections")).code == "not-allowed"


async def test_the_status_page_names_nobodys_own_models(
    house: tuple[Server, Visitor], upstream: Upstream
) -> None:
    server, owner = house
    async with a_member(server) as member:
        await connect(member, upstream)
        model = (await own_models(member))[0]["id"]
        await member.hear_out(await member.ask("Who sees this target?", model=model))

    status = await owner.get("/api/status")

    assert status.status == 200, status
    assert "own/" not in str(status.body)
