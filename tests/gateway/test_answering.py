"""The order in which an answer to a program leaves: its head first and once, whoever speaks first."""

import asyncio
from collections.abc import AsyncGenerator, Generator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.types import Message
from tests.support.fast_time import LoopClock, in_fast_time
from tests.support.fresh_database import a_database

from arcano.gateway.answering import SILENCE_SECONDS, Answering
from arcano.gateway.openai.chat_answer import ChatChunks
from arcano.identity import SessionId, Sessions, UserId, Viewer
from arcano.inference import InferenceEvent
from arcano.providers import ModelFinished, ProviderUnreachableError, TextDelta

VIEWER = Viewer(UserId("ada"), SessionId("k1"), "member", frozenset())


async def late(seconds: float) -> Mapping[str, str]:
    await asyncio.sleep(seconds)
    return {"x-ratelimit-remaining-requests": "3"}


async def after(seconds: float) -> AsyncGenerator[InferenceEvent]:
    await asyncio.sleep(seconds)
    yield TextDelta("Hello.")
    yield ModelFinished("stop")


async def failing_after(seconds: float) -> AsyncGenerator[InferenceEvent]:
    await asyncio.sleep(seconds)
    if seconds:
        raise ProviderUnreachableError("East cannot be reached.")
    yield ModelFinished("stop")


@pytest.fixture
def sessions(tmp_path: Path) -> Generator[Sessions]:
    """Opened before time is made to pass quickly: files take theirs."""
    database = asyncio.run(a_database(tmp_path / "arcano.db"))
    hour = timedelta(hours=1)
    yield Sessions(database, LoopClock(), lifetime=hour, idle=hour)
    database.close()


async def sent(
    events: AsyncGenerator[InferenceEvent], sessions: Sessions, *, head_takes: float
) -> list[Message]:
    """Everything that leaves, in order, as a server would refuse it: nothing before the head, nothing after the end."""
    messages: list[Message] = []
    over = asyncio.Event()

    async def receive() -> Message:
        await over.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        messages.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            over.set()

    answering = Answering(
        events,
        ChatChunks("wordy", usage_wanted=False),
        sessions=sessions,
        viewer=VIEWER,
        late_headers=lambda: late(head_takes),
    )
    await answering({"type": "http", "method": "POST", "headers": []}, receive, send)
    return messages


@pytest.mark.parametrize("first_word_after", [0.0, 0.5, 1.0])
def test_the_head_leaves_once_and_first_also_where_the_first_word_meets_the_end_of_a_silence(
    first_word_after: float, sessions: Sessions
) -> None:
    messages = in_fast_time(
        sent(after(SILENCE_SECONDS + first_word_after), sessions, head_takes=0.8)
    )

    kinds = [message["type"] for message in messages]
    assert kinds[0] == "http.response.start"
    assert kinds.count("http.response.start") == 1
    assert b"[DONE]" in messages[-1]["body"]


@pytest.mark.parametrize("fails_after", [0.0, 0.5, 1.0])
def test_a_call_that_fails_as_a_silence_ends_is_told_so_once(
    fails_after: float, sessions: Sessions
) -> None:
    messages = in_fast_time(
        sent(failing_after(SILENCE_SECONDS + fails_after), sessions, head_takes=0.8)
    )

    kinds = [message["type"] for message in messages]
    assert kinds[0] == "http.response.start"
    assert kinds.count("http.response.start") == 1
    assert b"East cannot be reached" in messages[-1]["body"]


def test_an_answer_that_comes_at_once_has_its_head_before_it(sessions: Sessions) -> None:
    messages = in_fast_time(sent(after(0), sessions, head_takes=0.8))

    assert messages[0]["type"] == "http.response.start"
    assert (b"x-ratelimit-remaining-requests", b"3") in messages[0]["headers"]
