"""Killing the server in the middle of answers: what was acknowledged is there once, and the rest can be continued.

Rounds of several answers at once, each as far along as chance will have it, so that the kills hit many points of many
streams. What is looked at afterwards is what a person would look at, and the database file itself.
"""

import asyncio
import random
import sqlite3
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from tests.support.house import a_house
from tests.support.server import CANARY_KEY, Server
from tests.support.upstream import MODEL, Script, Upstream, says, words
from tests.support.visitor import (
    CLOSING,
    Answered,
    Heard,
    Turn,
    Visitor,
    closing_of,
    text_heard,
    text_of,
    turn_of,
)

POINTS = 50
STREAMS = 10
WORDS = 200
"""Of each answer: enough that the kill finds it unfinished, few enough that fifty are soon completed."""
MAY_BE_MISSING_SECONDS = 1.0
"""What documentation promises: not more than the last second before a crash is lost."""


@dataclass(slots=True, eq=False)
class Question:
    """Something asked with a name of its own, and what became of it before the kill."""

    text: str
    conversation_id: str
    client_message_id: str = field(default_factory=lambda: str(uuid4()))
    acknowledged: Turn | None = None
    heard: list[Heard] = field(default_factory=list[Heard])

    @property
    def draft(self) -> dict[str, Any]:
        return {
            "client_message_id": self.client_message_id,
            "content": self.text,
            "model": MODEL,
        }

    @property
    def was_being_answered(self) -> bool:
        return bool(self.heard) and self.heard[-1].type not in CLOSING

    @property
    def whole_answer(self) -> str:
        return "".join(words(WORDS, seed=self.text))

    @property
    def script(self) -> Script:
        return says(*words(WORDS, seed=self.text), every=random.choice([0.002, 0.005, 0.02]))


@pytest.mark.long
async def test_nothing_acknowledged_is_lost_or_doubled_by_kills_at_any_point(
    upstream: Upstream, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    questions: list[Question] = []
    killed_at = 0.0
    points = 0

    while points < POINTS or questions:
        async with a_house(upstream, data_dir, OPENAI_API_KEY=CANARY_KEY) as (
            server,
            visitor,
        ):
            assert running_turns(server) == 0
            assert integrity(server) == ("ok", [])
            await asyncio.gather(*(ask_again_and_expect_one(visitor, one) for one in questions))
            # Where the provider had not been asked yet there was nothing to lose.
            cut_short = [
                one
                for one in questions
                if one.was_being_answered and upstream.calls_about(one.text)
            ]
            points += len(cut_short)
            await asyncio.gather(
                *(expect_what_was_said(upstream, visitor, one, killed_at) for one in cut_short)
            )
            questions = []
            if points < POINTS:
                questions, killed_at = await ask_until_killed(upstream, server, visitor)


async def ask_until_killed(
    upstream: Upstream, server: Server, visitor: Visitor
) -> tuple[list[Question], float]:
    """Answers under way, questions still being asked, and then the end of the world."""
    questions: list[Question] = []

    async def ask_in(conversation_id: str) -> tuple[Question, Turn]:
        question = Question(f"{uuid4()}?", conversation_id)
        upstream.when_asked(question.text, question.script)
        questions.append(question)
        address = f"/api/conversations/{conversation_id}/turns"
        answered = await visitor.post(address, question.draft)
        question.acknowledged = turn_of(conversation_id, answered)
        return question, question.acknowledged

    async def keep_asking(first_after: float) -> None:
        conversation_id = await visitor.new_conversation()
        await asyncio.sleep(first_after)
        while True:
            question, turn = await ask_in(conversation_id)
            async for heard in visitor.hear(turn):
                question.heard.append(heard)

    async def die() -> float:
        await asyncio.sleep(random.uniform(0.4, 1.2))
        return await asyncio.to_thread(server.kill)

    async def ask_without_waiting() -> None:
        """Questions whose acknowledgement may never arrive."""
        conversation_id = await visitor.new_conversation()
        while True:
            await ask_in(conversation_id)
            await asyncio.sleep(0.05)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(STREAMS):
            tasks.create_task(until_cut(keep_asking(random.uniform(0, 0.3))))
        tasks.create_task(until_cut(ask_without_waiting()))
        dying = tasks.create_task(die())
    return questions, dying.result()


async def until_cut(deed: Awaitable[None]) -> None:
    with suppress(aiohttp.ClientError, ConnectionError):
        await deed


async def ask_again_and_expect_one(visitor: Visitor, question: Question) -> None:
    """A client that got no answer sends again; one that did may do so by mistake."""
    answered: Answered = await visitor.post(
        f"/api/conversations/{question.conversation_id}/turns", question.draft
    )

    assert answered.status == 202, answered
    turn = turn_of(question.conversation_id, answered)
    assert question.acknowledged in (None, turn)
    said = [
        message
        for message in await visitor.messages(question.conversation_id)
        if message["role"] == "user" and text_of(message) == question.text
    ]
    assert [message["id"] for message in said] == [turn.question_id]
    question.acknowledged = turn


async def expect_what_was_said(
    upstream: Upstream, visitor: Visitor, question: Question, killed_at: float
) -> None:
    """The kept text is a beginning of what was said, at most a second short; *continue* completes it."""
    turn = question.acknowledged
    assert turn is not None
    call = upstream.calls_about(question.text)[0]
    events = await visitor.hear_out(turn)
    answer = await visitor.answer(turn)
    kept = text_of(answer)
    assert closing_of(events)["type"] in ("turn-interrupted", "turn-finished")
    assert text_heard(events) == kept
    assert question.heard[-1].sequence < len(events) or await hears_the_end(visitor, question)
    assert call.text_sent.startswith(kept)
    assert kept.startswith(call.text_sent_before(killed_at - MAY_BE_MISSING_SECONDS))
    assert kept.startswith(heard_before(question, killed_at - MAY_BE_MISSING_SECONDS))

    if answer["status"] != "finished":
        await visitor.hear_out(await visitor.go_on(turn))

    assert text_of(await visitor.answer(turn)) == question.whole_answer


async def hears_the_end(visitor: Visitor, question: Question) -> bool:
    """Had the reader heard more than was kept, naming its last number still leads to the end."""
    assert question.acknowledged is not None
    last = question.heard[-1].sequence
    again = await visitor.hear_out(question.acknowledged, after=last)
    return closing_of(again)["type"] == "turn-interrupted"


def heard_before(question: Question, moment: float) -> str:
    return text_heard([heard for heard in question.heard if heard.at <= moment])


def running_turns(server: Server) -> int:
    with sqlite3.connect(server.database) as connection:
        query = "SELECT count(*) FROM turns WHERE status = 'running'"
        return connection.execute(query).fetchone()[0]


def integrity(server: Server) -> tuple[str, list[Any]]:
    with sqlite3.connect(server.database) as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        return verdict, connection.execute("PRAGMA foreign_key_check").fetchall()
