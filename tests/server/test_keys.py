"""Keys at the doors of a real server: every header, behind a proxy, mid-stream, and nowhere in files and logs."""

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from fastapi.routing import APIRoute
from tests.support.house import a_house
from tests.support.members import Member, a_member
from tests.support.server import Server
from tests.support.upstream import MODEL, Upstream, says, words
from tests.support.visitor import Answered, Heard, Turn, Visitor, a_visitor, all_of

from arcano.entrypoints.web import ROUTERS
from arcano.identity import Access, KeyId, SessionId, UserId, Viewer, declared
from arcano.identity.keys.edit_keys import KeyEditor
from arcano.identity.repository import IdentityRepository
from arcano.platform.clock import SystemClock
from arcano.platform.sqlite import SqliteDatabase

SPELLINGS = ("Authorization", "x-api-key", "x-goog-api-key", "api-key")


@dataclass(slots=True)
class Program:
    """Something that asks with a key and no cookie."""

    visitor: Visitor
    key: str
    id: str = ""

    def headers(self, spelling: str = "Authorization", key: str | None = None) -> dict[str, str]:
        value = key or self.key
        return {spelling: f"Bearer {value}" if spelling == "Authorization" else value}

    async def call(self, method: str, path: str, body: object = None) -> Answered:
        return await self.visitor.call(method, path, body, headers=self.headers())

    async def get(self, path: str) -> Answered:
        return await self.call("GET", path)


@pytest_asyncio.fixture(loop_scope="session")
async def member(server: Server, visitor: Visitor) -> AsyncGenerator[Member]:
    assert visitor
    async with a_member(server) as member:
        yield member


@pytest_asyncio.fixture(loop_scope="session")
async def outside(server: Server) -> AsyncGenerator[Visitor]:
    async with a_visitor(server.url) as outside:
        yield outside


async def make(maker: Visitor, **terms: object) -> dict[str, Any]:
    draft = {"name": "Nightly", "doors": ["api"], **terms}
    made = await maker.post("/api/keys", draft)
    assert made.status == 201, made
    return made.body


async def program_of(maker: Visitor, outside: Visitor, **terms: object) -> Program:
    made = await make(maker, **terms)
    return Program(outside, made["key"], made["details"]["id"])


async def hear(program: Program, turn: Turn) -> AsyncGenerator[Heard]:
    """A turn's events, as the program hears them."""
    async with aiohttp.ClientSession(headers=program.headers()) as http:
        async for heard in Visitor(http, program.visitor.url).hear(turn):
            yield heard


async def test_the_secret_is_in_the_answer_that_makes_it_and_in_no_other(member: Member) -> None:
    made = await make(member, models=["small", "big-*"], addresses=["10.1.2.3/8"])

    listed = (await member.get("/api/keys")).body["items"]

    assert made["key"].startswith("sk-arc-")
    assert listed == [made["details"]]
    assert made["key"] not in str(listed)
    assert listed[0]["secrets"][0]["shown"] == f"sk-arc-…{made['key'][-4:]}"
    assert (listed[0]["models"], listed[0]["addresses"]) == (["small", "big-*"], ["10.0.0.0/8"])
    assert (listed[0]["user_id"], listed[0]["state"]) == (member.id, "active")


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_a_key_is_known_in_every_header_that_vendors_use(
    spelling: str, member: Member, outside: Visitor
) -> None:
    program = await program_of(member, outside)

    right = await outside.call("GET", "/api/models", headers=program.headers(spelling))
    wrong = await outside.call("GET", "/api/models", headers=program.headers(spelling, "sk-arc-x"))

    assert right.status == 200, right
    assert (wrong.status, wrong.code) == (401, "key-refused")


async def test_two_keys_at_once_and_a_key_in_the_address_are_refused(
    server: Server, member: Member, outside: Visitor
) -> None:
    program = await program_of(member, outside)
    other = await program_of(member, outside)
    both = program.headers() | other.headers("x-api-key")

    two = await outside.call("GET", "/api/models", headers=both)
    twice = await outside.call(
        "GET", "/api/models", headers=program.headers() | program.headers("x-api-key")
    )
    in_address = await outside.get(f"/api/models?key={program.key}")

    assert (two.status, two.code) == (401, "several-keys")
    assert twice.status == 200
    assert (in_address.status, in_address.code) == (401, "key-in-address")
    assert "x-goog-api-key" in in_address.body["detail"]
    assert program.key not in server.log


async def test_a_key_counts_more_than_the_cookie_beside_it(
    visitor: Visitor, member: Member
) -> None:
    made = await make(member)

    answered = await visitor.call(
        "POST", "/api/conversations", {}, headers={"x-api-key": made["key"]}
    )

    assert answered.status == 201, answered
    assert answered.body["id"] in str((await member.get("/api/conversations")).body)


DOORS: list[tuple[str, str, Access]] = [
    (method, route.path, access)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and (access := declared(route)) is not None
    for method in sorted(route.methods or ())
]
OPEN_TO_KEYS = {"conversation", "model", "status", "batch"}


async def test_a_key_of_the_owners_opens_no_door_but_those_to_work_and_to_look(
    visitor: Visitor, outside: Visitor
) -> None:
    program = await program_of(visitor, outside)
    opened: set[str] = set()
    for method, path, access in DOORS:
        address = path.replace(":path}", "}").replace("{", "no-such-").replace("}", "")
        async with outside.http.request(
            method,
            outside.url + address,
            data="{}",
            headers=program.headers() | {"Content-Type": "application/json"},
        ) as response:
            if response.status == 403:
                continue
        opened.add(f"{method} {path}")
        kinds = {permission.value.split(".")[0] for permission in access.any_of}
        assert kinds & OPEN_TO_KEYS, f"{method} {path} asks for {access.any_of}"
        assert not access.proof

    assert "GET /api/models" in opened
    assert not {
        door
        for door in opened
        if "/api/keys" in door or door.endswith("/api/me") or "/api/me/" in door
    }
    assert not {door for door in opened if "/api/people" in door or "/grants" in door}
    assert not {door for door in opened if "POST /api/connections" in door}


async def test_a_key_for_another_door_does_not_open_this_one(
    member: Member, outside: Visitor
) -> None:
    program = await program_of(member, outside, doors=["openai", "gemini"])

    answered = await program.get("/api/models")
    async with outside.http.ws_connect(
        f"{outside.url}/api/ws", headers=program.headers()
    ) as socket:
        closed = await socket.receive()

    assert (answered.status, answered.code) == (403, "key-scope")
    assert closed.data == 4401


async def test_a_key_asks_only_the_models_that_it_was_made_for(
    member: Member, outside: Visitor
) -> None:
    right = await program_of(member, outside, models=["nothing", MODEL[:3] + "*"])
    wrong = await program_of(member, outside, models=["nothing"])
    place = (await right.call("POST", "/api/conversations", {})).body["id"]
    draft = {"client_message_id": "00000000-0000-4000-8000-000000000001", "content": "Hello?"}
    path = f"/api/conversations/{place}/turns"

    refused = await wrong.call("POST", path, draft | {"model": MODEL})
    embedding = await wrong.call("POST", "/api/embeddings", {"model": MODEL, "input": "a"})
    policy = await wrong.call(
        "PATCH",
        f"/api/conversations/{place}",
        {"context_policy": {"name": "summarise", "model": MODEL}},
    )
    accepted = await right.call("POST", path, draft | {"model": MODEL})
    again = await wrong.call(
        "POST",
        f"/api/messages/{accepted.body['assistant_message_id']}/regenerate",
        {"client_message_id": "00000000-0000-4000-8000-000000000002"},
    )

    for answered in (refused, embedding, policy, again):
        assert (answered.status, answered.code) == (403, "key-scope"), answered
    assert accepted.status == 202, accepted


async def test_a_key_for_other_models_starts_no_batch_job_that_asks_this_one(
    member: Member, outside: Visitor
) -> None:
    wrong = await program_of(member, outside, models=["nothing"])
    job = await member.call(
        "POST",
        "/api/batches?name=Job",
        raw=b"question\nHow?\n",
        headers={"Content-Type": "text/csv"},
    )
    path = f"/api/batches/{job.body['id']}"
    instructions = {"instructions": {"model": MODEL, "template": "{{question}}"}}
    assert (await member.call("PATCH", path, instructions)).status == 200

    answers = [
        await wrong.call("PATCH", path, instructions),
        await wrong.call("POST", f"{path}/start"),
        await wrong.call("POST", f"{path}/resume"),
        await wrong.call("POST", f"{path}/retry-failed"),
    ]

    assert {(each.status, each.code) for each in answers} == {(403, "key-scope")}


async def test_revoking_a_key_ends_what_it_hears_within_a_second_and_nothing_else(
    upstream: Upstream, member: Member, outside: Visitor
) -> None:
    upstream.when_asked("Until revoked?", says(*words(500), every=0.01))
    revoked, other = await program_of(member, outside), await program_of(member, outside)
    turn = await member.ask("Until revoked?")
    async with asyncio.TaskGroup() as tasks:
        hearing = tasks.create_task(all_of(hear(revoked, turn)))
        unmoved = tasks.create_task(all_of(hear(other, turn)))
        await asyncio.sleep(0.5)

        asked_at = time.monotonic()
        answered = await member.delete(f"/api/keys/{revoked.id}")
        heard = await hearing
        took = time.monotonic() - asked_at
        after = await revoked.get("/api/models")
        await member.stop(turn)

    assert answered.status == 204
    assert took < 1
    assert heard[-1].type == "text-delta"
    assert (after.status, after.code) == (401, "key-refused")
    assert unmoved.result()[-1].type == "turn-stopped"


async def test_what_another_process_revokes_ends_here_within_a_second(
    upstream: Upstream, server: Server, member: Member, outside: Visitor
) -> None:
    upstream.when_asked("Until they say so?", says(*words(500), every=0.01))
    program = await program_of(member, outside)
    turn = await member.ask("Until they say so?")
    there = SqliteDatabase(server.database)
    try:
        async with asyncio.TaskGroup() as tasks:
            hearing = tasks.create_task(all_of(hear(program, turn)))
            await asyncio.sleep(0.5)

            asked_at = time.monotonic()
            editor = KeyEditor(await viewer_in(there, member), there, SystemClock())
            await editor.revoke(KeyId(program.id))
        took = time.monotonic() - asked_at
        heard = hearing.result()
        after = await program.get("/api/models")
    finally:
        there.close()
    await member.stop(turn)

    assert took < 1
    assert heard[-1].type == "text-delta"
    assert (after.status, after.code) == (401, "key-refused")


async def viewer_in(database: SqliteDatabase, member: Member) -> Viewer:
    """The member, as a process that has this database open knows them."""
    return await database.read(
        lambda c: IdentityRepository(c).viewer(
            UserId(member.id), SessionId("elsewhere"), "member", "Grace"
        )
    )


async def test_of_fifty_rotations_at_once_one_wins_and_its_key_is_good(
    member: Member, outside: Visitor
) -> None:
    program = await program_of(member, outside)

    answers = await asyncio.gather(
        *(
            member.post(f"/api/keys/{program.id}/rotate", {"overlap_seconds": 600})
            for _ in range(50)
        )
    )

    (won,) = [answer for answer in answers if answer.status == 201]
    assert {answer.code for answer in answers if answer is not won} == {"key-rotated"}
    assert len(won.body["details"]["secrets"]) == 2
    assert (await program.get("/api/models")).status == 200
    assert (await Program(outside, won.body["key"]).get("/api/models")).status == 200


async def test_the_allowed_addresses_are_those_of_the_visitor_behind_a_trusted_proxy(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with (
        a_house(upstream, tmp_path / "data", ARCANO_TRUSTED_PROXIES='["127.0.0.1"]') as (_, owner),
        a_visitor(owner.url) as outside,
    ):
        program = await program_of(owner, outside, addresses=["203.0.113.0/24"])

        async def status(forwarded: str | None) -> int:
            via = {} if forwarded is None else {"X-Forwarded-For": forwarded}
            headers = program.headers() | via
            return (await outside.call("GET", "/api/models", headers=headers)).status

        statuses = [
            await status("203.0.113.7"),
            await status("203.0.113.7, 198.51.100.1"),
            await status("198.51.100.1"),
            await status(None),
        ]
        trail = await owner.get("/api/audit?action=key.used-elsewhere")

    assert statuses == [200, 401, 401, 401]
    assert trail.status == 200
    assert {item["outcome"] for item in trail.body["items"]} == {"refused"}
    assert len(trail.body["items"]) == 3


async def test_guessing_keys_is_slowed_down_and_says_always_the_same(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with (
        a_house(
            upstream,
            tmp_path / "data",
            ARCANO_IDENTITY__REFUSED_KEYS_PER_ADDRESS="4 per 1 minute",
        ) as (_, owner),
        a_visitor(owner.url) as outside,
    ):
        good = await program_of(owner, outside)
        revoked = await program_of(owner, outside)
        await owner.delete(f"/api/keys/{revoked.id}")
        assert (await good.get("/api/models")).status == 200
        guesses = [revoked.key, "sk-arc-" + "a" * 43, "sk-arc-", "sk-arc-ü"]

        answers = [await Program(outside, guess).get("/api/models") for guess in guesses]
        slowed = await Program(outside, "sk-arc-another").get("/api/models")
        still = await good.get("/api/models")

    assert {(each.status, each.code, each.body["detail"]) for each in answers} == {
        (401, "key-refused", answers[0].body["detail"])
    }
    assert (slowed.status, slowed.code) == (429, "too-many-attempts")
    assert int(slowed.headers["retry-after"]) >= 1
    assert still.status == 200


async def test_a_secret_is_in_no_file_and_no_log(upstream: Upstream, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with (
        a_house(upstream, folder) as (server, owner),
        a_visitor(owner.url) as outside,
    ):
        program = await program_of(owner, outside)
        rotated = await owner.post(f"/api/keys/{program.id}/rotate", {"overlap_seconds": 60})
        newer = Program(outside, rotated.body["key"])
        for each in (program, newer):
            await each.get("/api/models")
            await each.get("/api/people")
            await outside.get(f"/api/models?key={each.key}")
            for spelling in SPELLINGS:
                await outside.call("GET", "/api/me", headers=each.headers(spelling))
        await owner.delete(f"/api/keys/{program.id}")
        await program.get("/api/models")
        kept = await asyncio.to_thread(all_bytes, folder)
        server.ask_to_stop()
        await server.exit_code()
        written = server.log.encode()

    assert b"Nightly" in kept
    for secret in (program.key, newer.key):
        random_part = secret.removeprefix("sk-arc-").encode()
        assert random_part not in kept
        assert random_part not in written


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_a_workspace_may_want_proof_before_a_key_is_made(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, owner), a_member(server) as member:
        policies = (await owner.get("/api/policies")).body
        policies.pop("mail")
        assert policies["proof_for_keys"] is False
        made = await make(member)
        member.last_proved_long_ago()
        key_path = f"/api/keys/{made['details']['id']}"
        assert (await member.call("PATCH", key_path, {"name": "Weekly"})).status == 200

        await owner.put("/api/policies", policies | {"proof_for_keys": True})
        refused = [
            await member.post("/api/keys", {"name": "Another", "doors": ["api"]}),
            await member.call("PATCH", key_path, {"name": "Daily"}),
            await member.post(f"{key_path}/rotate", {}),
        ]
        revoked = await member.delete(key_path)

    assert {(each.status, each.code) for each in refused} == {(403, "proof-needed")}
    assert revoked.status == 204


async def test_a_service_accounts_key_asks_in_its_name(visitor: Visitor, outside: Visitor) -> None:
    account = await visitor.post("/api/service-accounts", {"name": "Robot"})
    assert account.status == 201, account

    program = await program_of(visitor, outside, user_id=account.body["id"])

    place = await program.call("POST", "/api/conversations", {})
    assert place.status == 201, place
    listed = (await visitor.get(f"/api/keys?user_id={account.body['id']}")).body["items"]
    assert [(key["id"], key["owner_kind"]) for key in listed] == [(program.id, "service")]
    assert program.id not in str((await visitor.get("/api/keys")).body)
    assert program.id in str((await visitor.get("/api/keys?everybodys=true")).body)


async def test_an_end_that_is_no_time_in_utc_is_refused_and_no_list_breaks_on_it(
    member: Member, visitor: Visitor
) -> None:
    beyond = "9999-12-31T23:59:59-14:00"
    key = await make(member)

    made = await member.post(
        "/api/keys", {"name": "For ever", "doors": ["api"], "expires_at": beyond}
    )
    changed = await member.call(
        "PATCH", f"/api/keys/{key['details']['id']}", {"expires_at": beyond}
    )

    assert (made.status, made.code) == (422, "invalid-input")
    assert (changed.status, changed.code) == (422, "invalid-input")
    assert (await visitor.get("/api/keys?everybodys=true")).status == 200


async def test_a_socket_is_open_no_longer_than_its_key_is_good(
    member: Member, outside: Visitor
) -> None:
    expires_at = (SystemClock().now() + timedelta(seconds=1)).isoformat()
    program = await program_of(member, outside, expires_at=expires_at)
    address = outside.url.replace("http", "ws", 1) + "/api/ws"

    async with outside.http.ws_connect(address, headers=program.headers()) as socket:
        async with asyncio.timeout(5):
            closed = await socket.receive()

    assert closed.data == 4401
