"""Responses in the background, with nothing but a database around them: what is complete stays complete."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

from tests.support.chat_house import add_person
from tests.support.clock import StillClock
from tests.support.fresh_database import a_database

from arcano.gateway.openai.responses.domain import ResponseId, StoredResponse
from arcano.gateway.openai.responses.repository import ResponseRepository
from arcano.gateway.openai.responses.run_in_background import BackgroundResponses
from arcano.gateway.openai.responses.write_response import ResponseWriting
from arcano.identity import SessionId, Sessions, Viewer
from arcano.inference import InferenceEvent
from arcano.providers import ModelFinished, TextDelta


async def test_what_is_cancelled_while_its_call_is_being_left_is_complete(tmp_path: Path) -> None:
    database, clock = await a_database(tmp_path / "arcano.db"), StillClock()
    user = await add_person(database, clock, "ada")
    viewer = Viewer(user, SessionId("s"), "owner", frozenset())
    sessions = Sessions(database, clock, lifetime=timedelta(days=1), idle=timedelta(days=1))
    leaving = asyncio.Event()

    async def events() -> AsyncGenerator[InferenceEvent]:
        try:
            yield TextDelta("All of it.")
            yield ModelFinished("stop")
        finally:
            # As where the ledger waits for a slow disk.
            leaving.set()
            await asyncio.sleep(10)

    head = {"id": "resp_1", "object": "response", "created_at": 0, "model": "fast"}
    writing = ResponseWriting(head, encrypted=False, queued=True)
    response = StoredResponse(
        ResponseId("resp_1"),
        user,
        previous_id=None,
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=1),
        background=True,
        items=[],
        whole=writing.whole(),
    )
    async with asyncio.TaskGroup() as tasks:
        background = BackgroundResponses(database, clock, tasks=tasks, most=5)
        running = await background.start(
            response, writing, events(), viewer=viewer, sessions=sessions
        )
        await leaving.wait()
        await background.cancel(running)
    stored = await database.read(
        lambda c: ResponseRepository(c, user, now=clock.now()).one(ResponseId("resp_1"))
    )
    database.close()

    assert stored.status == "completed"
    assert b"response.completed" in stored.stream.split(b"\n\n")[-2]
    assert running.said[-1].count(b"All of it.") == 1
