"""Looking into other people's conversations: only where the policy allows it, written down, and shown to the person."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.support.house import a_house
from tests.support.members import Member, a_member
from tests.support.upstream import Upstream
from tests.support.visitor import Answered, Visitor, text_of

REASON = "A complaint about this answer."
SECRET = "Is my rash contagious?"


@dataclass(frozen=True, slots=True)
class Ward:
    """An owner, and a member with one conversation."""

    owner: Visitor
    member: Member
    conversation_id: str

    @property
    def listed(self) -> str:
        return f"/api/people/{self.member.id}/looks"

    @property
    def opened(self) -> str:
        return f"/api/people/{self.member.id}/conversations/{self.conversation_id}/looks"

    async def allow(self, *, allowed: bool) -> None:
        done = await self.owner.put(
            "/api/policies",
            {"registration": "closed", "allowed_domains": [], "read_all_allowed": allowed},
        )
        assert done.status == 200, done

    async def look(self, path: str) -> Answered:
        return await self.owner.post(path, {"reason": REASON})

    async def told(self) -> dict[str, Any]:
        return (await self.member.get("/api/me/looks")).body


@pytest_asyncio.fixture(loop_scope="session")
async def ward(upstream: Upstream, tmp_path: Path) -> AsyncGenerator[Ward]:
    async with a_house(upstream, tmp_path / "data") as (server, owner), a_member(server) as member:
        turn = await member.ask(SECRET)
        await member.hear_out(turn)
        yield Ward(owner, member, turn.conversation_id)


async def test_as_long_as_the_policy_is_off_nobody_looks_and_nothing_is_there(ward: Ward) -> None:
    for path in (ward.listed, ward.opened):
        assert (await ward.look(path)).code == "person-not-found"

    assert (await ward.told())["items"] == []
    assert (await ward.member.get("/api/me")).body["read_all_allowed"] is False


async def test_a_look_is_read_recorded_and_shown_to_the_person(ward: Ward) -> None:
    await ward.allow(allowed=True)

    listed = await ward.look(ward.listed)
    opened = await ward.look(ward.opened)

    assert [item["id"] for item in listed.body["items"]] == [ward.conversation_id]
    assert text_of(opened.body["items"][1]) == SECRET
    told = await ward.told()
    assert told["unseen"] == 2
    assert [
        (one["looker_name"], one["conversation_id"], one["reason"], one["is_seen"])
        for one in told["items"]
    ] == [("Ada", ward.conversation_id, REASON, False), ("Ada", None, REASON, False)]
    trail = (await ward.owner.get("/api/audit?action=conversation")).body["items"]
    (row,) = (one for one in trail if one["action"] == "conversation.looked-into")
    assert row["details"] == {"reason": REASON, "whose": ward.member.id}
    assert SECRET not in str(trail)


async def test_taking_note_of_looks_leaves_later_ones_new(ward: Ward) -> None:
    await ward.allow(allowed=True)
    await ward.look(ward.listed)
    newest = (await ward.told())["items"][0]["id"]
    await ward.look(ward.opened)

    assert (await ward.member.post("/api/me/looks/seen", {"through": newest})).status == 204

    told = await ward.told()
    assert (told["unseen"], [one["is_seen"] for one in told["items"]]) == (1, [False, True])


async def test_whoever_looks_changes_nothing(ward: Ward) -> None:
    await ward.allow(allowed=True)
    path = f"/api/conversations/{ward.conversation_id}"

    for refused in (
        await ward.owner.get(path),
        await ward.owner.delete(path),
        await ward.owner.call("PATCH", path, {"title": "Mine"}),
        await ward.owner.try_to_ask("And then?", conversation_id=ward.conversation_id),
    ):
        assert refused.status == 404


async def test_a_reason_is_given_and_the_conversation_is_theirs(ward: Ward) -> None:
    await ward.allow(allowed=True)
    own = await ward.owner.ask("Mine?")
    await ward.owner.hear_out(own)
    foreign = ward.opened.replace(ward.conversation_id, own.conversation_id)

    assert (await ward.owner.post(ward.listed, {"reason": "  "})).code == "invalid-input"
    assert (await ward.look(foreign)).code == "conversation-not-found"
    assert (await ward.look("/api/people/nobody/looks")).code == "person-not-found"
    assert (await ward.member.post(ward.listed, {"reason": REASON})).code == "not-allowed"

    assert (await ward.told())["items"] == []


async def test_the_persons_open_page_hears_of_it_at_once(ward: Ward) -> None:
    await ward.allow(allowed=True)
    await asyncio.sleep(1)

    async with ward.member.socket() as socket, asyncio.timeout(5):
        await ward.look(ward.listed)
        closed = await socket.connection.receive()

    assert closed.data == 1012


async def test_everybody_hears_of_the_policy_and_it_holds_at_once_in_another_process(
    upstream: Upstream, ward: Ward
) -> None:
    assert upstream
    await ward.allow(allowed=True)
    assert (await ward.member.get("/api/me")).body["read_all_allowed"] is True
    assert (await ward.look(ward.listed)).status == 200

    # As another process writes it: nothing is said to this one.
    ward.member.decide("read_all_allowed", "false")

    assert (await ward.look(ward.listed)).code == "person-not-found"
    assert (await ward.look(ward.opened)).code == "person-not-found"


@pytest.mark.parametrize("table", ["audit_records", "looks"])
async def test_what_cannot_be_written_down_is_not_read(table: str, ward: Ward) -> None:
    await ward.allow(allowed=True)
    ward.member.run(
        f"CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END"
    )

    refused = await ward.look(ward.opened)

    assert refused.status == 500
    assert SECRET not in str(refused.body)
    assert (await ward.told())["items"] == []
