"""Groups that are for some models and not for others: who may ask which, at every door."""

import asyncio
from collections.abc import AsyncGenerator

import pytest_asyncio
from tests.server.test_batch_jobs import a_file, an_echo, looked_at, start
from tests.support.members import Member, a_member
from tests.support.server import Server
from tests.support.upstream import MODELS, Call, Upstream
from tests.support.visitor import Visitor

WORDY, OTHER = MODELS


@pytest_asyncio.fixture(loop_scope="session")
async def member(server: Server, visitor: Visitor) -> AsyncGenerator[Member]:
    assert visitor
    async with a_member(server) as member:
        yield member


async def a_group(owner: Visitor, name: str, *members: str, models: list[str]) -> str:
    made = await owner.post("/api/groups", {"name": name, "models": models})
    assert made.status == 201, made
    put_in = await owner.post(f"/api/groups/{made.body['id']}/people", {"people": list(members)})
    assert put_in.status == 200, put_in
    return made.body["id"]


async def listed(visitor: Visitor) -> set[str]:
    return {model["id"] for model in (await visitor.get("/api/models")).body["items"]}


async def refusal(visitor: Visitor, model: str) -> tuple[int, str | None]:
    """What comes of asking a model, in a conversation."""
    begun = await visitor.post("/api/conversations", {})
    draft = {"client_message_id": "m1", "content": "models of groups?", "model": model}
    asked = await visitor.post(f"/api/conversations/{begun.body['id']}/turns", draft)
    return asked.status, asked.code if asked.status >= 400 else None


async def test_whoever_is_in_no_such_group_may_ask_every_model(
    visitor: Visitor, member: Member
) -> None:
    await a_group(visitor, "Says nothing", member.id, models=[])

    assert set(MODELS) <= await listed(member)
    assert (await refusal(member, WORDY))[0] == 202


async def test_a_group_for_one_model_is_for_no_other_at_any_door(
    visitor: Visitor, member: Member
) -> None:
    key = (await member.post("/api/keys", {"name": "K", "doors": ["openai"]})).body["key"]
    await a_group(visitor, "Only the other", member.id, models=["oth*"])
    question = {"model": WORDY, "messages": [{"role": "user", "content": "Me too?"}]}

    by_key = await member.call(
        "POST", "/v1/chat/completions", question, headers={"Authorization": f"Bearer {key}"}
    )

    assert await listed(member) == {OTHER}
    assert await refusal(member, WORDY) == (403, "not-allowed")
    assert by_key.status == 403
    assert (await refusal(member, OTHER))[0] == 202


async def test_a_job_that_runs_asks_no_more_rows_of_a_model_that_its_owners_groups_are_no_longer_for(
    visitor: Visitor, member: Member, upstream: Upstream
) -> None:
    name, go_on = "row of a narrowed group", asyncio.Event()

    async def wait(call: Call) -> None:
        await go_on.wait()
        await an_echo(call)

    for number in range(30):
        upstream.when_asked(f"{name} {number}", wait)
    path = await start(member, a_file(name, 30))
    await upstream.call_about(f"{name} 0")
    await a_group(visitor, "Narrowed meanwhile", member.id, models=["nothing-there"])
    go_on.set()
    paused = await looked_at(member, path, until=lambda job: job["state"] != "running")

    assert (paused["state"], paused["trouble"]["code"]) == ("paused", "not-allowed")
    assert paused["failed_count"] == 0
    assert paused["done_count"] < 30


async def test_several_groups_add_up_and_a_change_is_in_effect_at_once(
    visitor: Visitor, member: Member
) -> None:
    await a_group(visitor, "First of two", member.id, models=[OTHER])
    second = await a_group(visitor, "Second of two", member.id, models=["nothing-there"])
    before = await listed(member)

    changed = await visitor.call("PATCH", f"/api/groups/{second}", {"models": [WORDY]})

    assert (before, changed.body["models"]) == ({OTHER}, [WORDY])
    assert await listed(member) == {OTHER, WORDY}


async def test_the_owner_may_try_what_others_may_not(visitor: Visitor) -> None:
    me = (await visitor.get("/api/me")).body["id"]
    group = await a_group(visitor, "With the owner", me, models=[OTHER])

    assert WORDY in await listed(visitor)
    assert (await visitor.delete(f"/api/groups/{group}")).status == 204
