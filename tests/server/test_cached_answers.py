"""The cache of answers through the doors: one call upstream, a label, a restart, and how to be rid of it."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

from tests.support.house import a_house
from tests.support.redis import own_redis
from tests.support.server import Server
from tests.support.upstream import Upstream, says, words
from tests.support.visitor import Turn, Visitor, a_visitor, text_heard, text_of

SURE = {"temperature": 0}


async def answered(
    visitor: Visitor, question: str, *, temperature: float | None = 0
) -> tuple[Turn, str]:
    """Ask, by default so that the answer may be kept, and hear it out."""
    turn = await visitor.ask(question, parameters={"temperature": temperature})
    return turn, text_heard(await visitor.hear_out(turn))


async def label(visitor: Visitor, turn: Turn) -> dict[str, Any] | None:
    return (await visitor.answer(turn))["from_cache"]


async def cache_of(visitor: Visitor) -> dict[str, Any]:
    shown = await visitor.get("/api/cache")
    assert shown.status == 200, shown
    return shown.body


async def until_kept(visitor: Visitor, answers: int) -> None:
    async with asyncio.timeout(10):
        while (await cache_of(visitor))["kept"] != answers:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.02)


async def test_what_was_asked_before_is_not_asked_again_even_after_a_restart(
    upstream: Upstream, tmp_path: Path
) -> None:
    question = "How many ships came in on Monday?"
    upstream.when_asked(question, says(*words(30)))
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        first, _ = await answered(visitor, question)
        second, text = await answered(visitor, question)
        await until_kept(visitor, 1)

        assert text == "".join(words(30))
        assert await label(visitor, first) is None
        told = await label(visitor, second)
        assert told is not None
        assert (told["kind"], told["saved_tokens"]) == ("same", 37)
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        third, text = await answered(visitor, question)

        assert text == "".join(words(30))
        assert await label(visitor, third) is not None
        assert text_of(await visitor.answer(third)) == text
    assert len(upstream.calls_about(question)) == 1


async def test_what_is_drawn_by_chance_is_asked_each_time(
    upstream: Upstream, visitor: Visitor
) -> None:
    question = "How many ships may come tomorrow?"

    for _ in range(2):
        turn, _ = await answered(visitor, question, temperature=None)
        assert await label(visitor, turn) is None

    assert len(upstream.calls_about(question)) == 2


async def test_one_click_asks_anew(upstream: Upstream, visitor: Visitor) -> None:
    question = "How many ships came in on Tuesday?"
    upstream.when_asked(question, says("Two."))
    await answered(visitor, question)
    kept, _ = await answered(visitor, question)
    upstream.when_asked(question, says("Three, I counted again."))

    again = await visitor.post(f"/api/messages/{kept.answer_id}/regenerate", {"parameters": SURE})
    fresh = Turn(
        again.body["turn_id"],
        kept.conversation_id,
        kept.question_id,
        again.body["assistant_message_id"],
    )
    await visitor.hear_out(fresh)
    later, text = await answered(visitor, question)

    assert text_of(await visitor.answer(kept)) == "Two."
    assert text_of(await visitor.answer(fresh)) == text == "Three, I counted again."
    assert await label(visitor, fresh) is None
    assert await label(visitor, later) is not None


async def test_several_who_ask_the_same_at_once_are_one_call_upstream(
    upstream: Upstream, visitor: Visitor
) -> None:
    question = "How many ships are in the harbour right now?"
    upstream.when_asked(question, says(*words(40), every=0.02))

    turns = await asyncio.gather(*(visitor.ask(question, parameters=SURE) for _ in range(8)))
    heard = await asyncio.gather(*(visitor.hear_out(turn) for turn in turns))

    assert {text_heard(events) for events in heard} == {"".join(words(40))}
    labels = [await label(visitor, turn) for turn in turns]
    assert sorted(told["kind"] for told in labels if told) == ["together"] * 7
    assert len(upstream.calls_about(question)) == 1


async def test_a_broken_row_is_asked_for_anew(upstream: Upstream, tmp_path: Path) -> None:
    question = "How many ships came in on Wednesday?"
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        await answered(visitor, question)
        await until_kept(visitor, 1)
    database = sqlite3.connect(tmp_path / "data" / "arcano.db")
    with database:
        database.execute("UPDATE cached_answers SET body = x'00'")
    database.close()
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        turn, text = await answered(visitor, question)

        assert text == "An ordinary answer."
        assert await label(visitor, turn) is None
        assert "Traceback" not in server.log


async def test_deleting_a_conversation_forgets_what_was_asked(
    upstream: Upstream, tmp_path: Path
) -> None:
    question = "Where do I hide the key?"
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        turn, _ = await answered(visitor, question)
        await until_kept(visitor, 1)

        await visitor.call("DELETE", f"/api/conversations/{turn.conversation_id}")

        assert (await cache_of(visitor))["kept"] == 0
        again, _ = await answered(visitor, question)
        assert await label(visitor, again) is None


async def test_the_owner_sees_the_cache_and_clears_it(upstream: Upstream, tmp_path: Path) -> None:
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        await answered(visitor, "One?")
        await answered(visitor, "One?")
        await until_kept(visitor, 1)
        before = await cache_of(visitor)
        rule = await visitor.get("/api/cache/rule")

        cleared = await visitor.call("DELETE", "/api/cache")
        after = await cache_of(visitor)

    assert {name: before[name] for name in ("answers", "scope", "kept", "hits", "misses")} == {
        "answers": "deterministic",
        "scope": "user",
        "kept": 1,
        "hits": 1,
        "misses": 1,
    }
    assert (rule.status, rule.body) == (200, {"answers": "deterministic"})
    assert before["kept_bytes"] > 0
    assert cleared.status == 204
    assert (after["kept"], after["kept_bytes"]) == (0, 0)


async def test_nobody_else_sees_it(server: Server) -> None:
    async with a_visitor(server.url) as stranger:
        assert (await stranger.get("/api/cache")).status == 401
        assert (await stranger.get("/api/cache/rule")).status == 401
        assert (await stranger.call("DELETE", "/api/cache")).status == 401


async def test_with_a_redis_answers_are_kept_there(upstream: Upstream, tmp_path: Path) -> None:
    question = "How many ships came in on Thursday?"
    kept = None
    with own_redis() as redis:
        for _ in range(2):
            async with a_house(
                upstream, tmp_path / "data", ARCANO_INFERENCE__REDIS_URL=redis.url
            ) as (_, visitor):
                turn, _ = await answered(visitor, question)
                await until_kept(visitor, 1)
                kept = await label(visitor, turn)
        database = sqlite3.connect(tmp_path / "data" / "arcano.db")
        rows = database.execute("SELECT count(*) FROM cached_answers").fetchone()
        database.close()

    assert kept is not None
    assert len(upstream.calls_about(question)) == 1
    assert rows == (0,)
