"""Sharing a conversation: who sees it, who may continue it, and what they never get."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from tests.support.members import Member, a_member
from tests.support.server import Server
from tests.support.upstream import Call, Script, Upstream, says, words
from tests.support.visitor import Socket, Turn, Visitor, closing_of, text_heard, text_of

COME_AGAIN = 1012


@dataclass(frozen=True, slots=True)
class Shared:
    """A conversation of the owner's with one answer in it."""

    owner: Visitor
    turn: Turn

    @property
    def id(self) -> str:
        return self.turn.conversation_id

    @property
    def path(self) -> str:
        return f"/api/conversations/{self.id}"

    async def share(self, kind: str, grantee: str, level: str) -> None:
        body = {"grantee_kind": kind, "grantee_id": grantee, "level": level}
        done = await self.owner.put(f"{self.path}/grants", body)
        assert done.status == 200, done

    async def take_back(self, kind: str, grantee: str) -> None:
        query = f"grantee_kind={kind}&grantee_id={grantee}"
        done = await self.owner.delete(f"{self.path}/grants?{query}")
        assert done.status == 200, done


@pytest_asyncio.fixture(loop_scope="session")
async def shared(visitor: Visitor) -> Shared:
    turn = await visitor.ask("Hello?")
    await visitor.hear_out(turn)
    return Shared(visitor, turn)


@pytest_asyncio.fixture(loop_scope="session")
async def member(server: Server, visitor: Visitor) -> AsyncGenerator[Member]:
    assert visitor
    async with a_member(server) as member:
        yield member


async def shared_with(member: Member) -> dict[str, tuple[str, str]]:
    """The conversations that somebody is shown as shared: their access, and whose they are."""
    page = (await member.get("/api/shared-conversations")).body
    return {item["id"]: (item["access"], item["owner_name"]) for item in page["items"]}


async def test_what_is_not_shared_is_not_there(shared: Shared, member: Member) -> None:
    assert (await member.get(shared.path)).code == "conversation-not-found"
    assert (await member.get(f"{shared.path}/messages")).code == "conversation-not-found"
    assert (await member.get(f"/api/turns/{shared.turn.id}")).code == "turn-not-found"
    assert shared.id not in await shared_with(member)


@pytest.mark.parametrize("kind", ["person", "everyone"])
async def test_a_reader_sees_it_and_changes_nothing(
    kind: str, shared: Shared, member: Member
) -> None:
    await shared.share(kind, member.id if kind == "person" else "", "viewer")

    assert (await shared_with(member))[shared.id] == ("viewer", "Ada")
    seen = (await member.get(shared.path)).body
    assert (seen["access"], seen["owner_name"]) == ("viewer", "Ada")
    listed = (await shared.owner.get("/api/conversations")).body["items"]
    assert {one["id"]: one["is_shared"] for one in listed}[shared.id]
    assert len(await member.messages(shared.id)) == 2
    assert closing_of(await member.hear_out(shared.turn))
    refused = await member.try_to_ask("And then?", conversation_id=shared.id)
    assert (refused.status, refused.code) == (403, "not-allowed")
    assert (
        await member.post(f"/api/messages/{shared.turn.answer_id}/regenerate", {})
    ).status == 403
    assert len(await shared.owner.messages(shared.id)) == 2
    await shared.take_back(kind, member.id if kind == "person" else "")


async def test_an_editor_continues_it_and_decides_nothing(shared: Shared, member: Member) -> None:
    await shared.share("person", member.id, "editor")

    turn = await member.ask("And then?", conversation_id=shared.id)
    closing_of(await member.hear_out(turn))

    owner_reads = await shared.owner.messages(shared.id)
    assert [message["role"] for message in owner_reads] == ["assistant", "user"] * 2
    assert text_of(owner_reads[1]) == "And then?"
    asked_by = [message["asked_by"] for message in owner_reads]
    assert asked_by == [None, {"id": member.id, "name": "Grace"}, None, None]
    for refused in (
        await member.call("PATCH", shared.path, {"title": "Mine"}),
        await member.delete(shared.path),
        await member.get(f"{shared.path}/grants"),
    ):
        assert refused.status == 404


async def test_a_question_stays_its_askers_whoever_has_it_answered_again(
    shared: Shared, member: Member
) -> None:
    await shared.share("person", member.id, "editor")
    again = await member.post(f"/api/messages/{shared.turn.answer_id}/regenerate", {})
    assert again.status == 202, again

    assert {message["asked_by"] for message in await shared.owner.messages(shared.id)} == {None}


async def test_an_editor_asks_models_of_their_own_and_never_the_owners(
    shared: Shared, member: Member, upstream: Upstream
) -> None:
    made = await shared.owner.post(
        "/api/connections",
        {"kind": "openai-compatible", "name": "Own", "base_url": upstream.base_url, "own": True},
    )
    assert made.status == 201, made
    models = (await shared.owner.get("/api/models")).body["items"]
    (own, *_) = (model["id"] for model in models if made.body["id"] in model["id"])
    await shared.share("person", member.id, "editor")

    refused = await member.try_to_ask("And then?", conversation_id=shared.id, model=own)
    accepted = await shared.owner.try_to_ask("And then?", conversation_id=shared.id, model=own)

    assert refused.code == "model-not-found"
    assert accepted.status == 202
    await shared.owner.delete(f"/api/connections/{made.body['id']}")


async def test_what_is_taken_back_ends_while_it_is_heard(
    shared: Shared, member: Member, upstream: Upstream
) -> None:
    go_on = asyncio.Event()
    upstream.when_asked("Slowly?", one_word_until(go_on))
    await shared.share("person", member.id, "viewer")
    turn = await shared.owner.ask("Slowly?", conversation_id=shared.id)
    async with asyncio.timeout(10):
        heard = 0
        async for event in member.hear(turn):
            heard += 1
            if event.type == "text-delta":
                await shared.take_back("person", member.id)
    go_on.set()

    assert heard
    assert (await member.get(f"/api/turns/{turn.id}")).code == "turn-not-found"
    closing_of(await shared.owner.hear_out(turn))


async def test_one_may_leave_what_was_shared_with_oneself(shared: Shared, member: Member) -> None:
    await shared.share("person", member.id, "editor")

    assert (await member.delete(f"/api/shared-conversations/{shared.id}")).status == 204

    assert (await member.get(shared.path)).status == 404
    assert (await member.delete(f"/api/shared-conversations/{shared.id}")).status == 404


async def test_what_its_owner_deletes_is_gone_for_everybody(shared: Shared, member: Member) -> None:
    await shared.share("person", member.id, "viewer")

    await shared.owner.delete(shared.path)

    assert (await member.get(shared.path)).status == 404
    assert shared.id not in await shared_with(member)


@pytest.mark.parametrize(
    "wrong",
    [
        {"grantee_kind": "person", "grantee_id": "nobody", "level": "viewer"},
        {"grantee_kind": "group", "grantee_id": "none", "level": "viewer"},
        {"grantee_kind": "everyone", "grantee_id": "x", "level": "viewer"},
        {"grantee_kind": "person", "grantee_id": "nobody", "level": "owner"},
        {"grantee_kind": "planet", "grantee_id": "earth", "level": "viewer"},
    ],
)
async def test_it_is_shared_with_nobody_who_is_not_there(
    wrong: dict[str, str], shared: Shared
) -> None:
    assert (await shared.owner.put(f"{shared.path}/grants", wrong)).code == "invalid-input"


async def test_sharing_again_says_how_much_and_names_everybody(
    shared: Shared, member: Member
) -> None:
    await shared.share("person", member.id, "viewer")
    await shared.share("person", member.id, "editor")
    await shared.share("everyone", "", "viewer")

    granted = (await shared.owner.get(f"{shared.path}/grants")).body["items"]

    assert [(grant["grantee_kind"], grant["level"], grant["name"]) for grant in granted] == [
        ("everyone", "viewer", None),
        ("person", "editor", "Grace"),
    ]
    await shared.take_back("everyone", "")


async def test_sharing_with_everybody_ends_nothing_and_lets_everybody_look_again(
    shared: Shared, member: Member, upstream: Upstream
) -> None:
    go_on = asyncio.Event()
    upstream.when_asked("Undisturbed?", one_word_until(go_on))
    turn = await member.ask("Undisturbed?")
    async with member.socket() as socket, asyncio.TaskGroup() as tasks:
        await socket.command("follow-turn", turn_id=turn.id)
        hearing = tasks.create_task(member.hear_out(turn))
        while "text-delta" not in [one["event"]["type"] for one in events_in(socket)]:
            await socket.command("ping")

        await shared.share("everyone", "", "viewer")
        await shared.share("everyone", "", "viewer")
        await socket.command("ping")
        told = [one["notice"] for one in socket.unread if one["type"] == "notice"]
        assert shared.id in await shared_with(member)
        go_on.set()

    assert [one for one in told if one["conversation_id"] == shared.id] == [
        {"name": "conversation-changed", "conversation_id": shared.id}
    ]
    closing_of(hearing.result())
    await shared.take_back("everyone", "")


async def test_what_is_taken_back_from_everybody_cuts_no_stream_of_anything_else(
    shared: Shared, member: Member, upstream: Upstream
) -> None:
    upstream.when_asked("Of my own?", says(*words(60), every=0.02))
    await shared.share("everyone", "", "viewer")
    turn = await member.ask("Of my own?")

    async with asyncio.TaskGroup() as tasks:
        hearing = tasks.create_task(member.hear_out(turn))
        await upstream.call_about("Of my own?")
        await shared.take_back("everyone", "")

    assert text_heard(hearing.result()) == "".join(words(60))


async def test_what_is_taken_back_ends_the_sockets_that_hear_it_and_no_other(
    shared: Shared, member: Member, upstream: Upstream
) -> None:
    go_on = asyncio.Event()
    upstream.when_asked("Over the socket?", one_word_until(go_on))
    await shared.share("person", member.id, "viewer")
    turn = await shared.owner.ask("Over the socket?", conversation_id=shared.id)
    async with member.socket() as hearing, member.socket() as other:
        await hearing.command("follow-turn", turn_id=turn.id)
        await other.command("ping")

        await shared.take_back("person", member.id)

        while (await hearing.connection.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
        await other.command("ping")
    go_on.set()

    assert hearing.connection.close_code == COME_AGAIN
    notices = [one["notice"] for one in other.unread if one["type"] == "notice"]
    assert {"name": "conversation-changed", "conversation_id": shared.id} in notices
    closing_of(await shared.owner.hear_out(turn))


def one_word_until(go_on: asyncio.Event) -> Script:
    """A model that has said one word and then waits."""

    async def slowly(call: Call) -> None:
        await call.head()
        await call.say("One")
        await go_on.wait()
        await call.finish()

    return slowly


def events_in(socket: Socket) -> list[dict[str, Any]]:
    return [one for one in socket.unread if one["type"] == "event"]
