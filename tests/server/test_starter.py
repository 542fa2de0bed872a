"""Starter, the model that comes with Arcano: what a machine without anything answers, and that it is what was asked.

The real engine and a real model: where the engine batches, a server is killed or a line is cut, an answer must still have its
own fact in it, and no other's.
"""

import asyncio
from pathlib import Path

import pytest
from tests.support.cut_off import hear_with_cuts
from tests.support.house import a_house
from tests.support.server import arcano
from tests.support.starter import ALONE, SAME_AGAIN, STARTER, tells
from tests.support.upstream import Upstream
from tests.support.visitor import Turn, Visitor, closing_of, text_heard, text_of

pytestmark = pytest.mark.local_engine

QUESTIONS = {
    "What can you do?": "what-can-you-do",
    "Who are you?": "who-are-you",
    "How were you trained?": "how-trained",
    "How do I connect a provider?": "add-provider",
    "How do I stop an answer?": "stop-answer",
    "How do I delete a conversation?": "delete-chat",
    "How do I make a key for a program?": "make-key",
    "How do I back up my data?": "backup",
}
"""And the fact that belongs into each answer."""

READERS = 4
ASKED_BEFORE_THE_KILL = 16


async def ask(visitor: Visitor, question: str) -> Turn:
    return await visitor.ask(question, model=STARTER, parameters=SAME_AGAIN)


async def test_a_machine_without_a_key_or_a_model_answers_what_it_can_do(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data", settings=ALONE) as (_, visitor):
        listed = (await visitor.get("/api/models")).body["items"]
        heard = await visitor.hear_out(await ask(visitor, "What can you do?"), within=60)

    assert [(model["name"], model["starter"]) for model in listed] == [("Starter", True)]
    assert closing_of(heard)["type"] == "turn-finished"
    assert tells(text_heard(heard), "what-can-you-do")


async def test_questions_that_are_answered_together_get_each_their_own_answer(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data", settings=ALONE) as (_, visitor):
        turns = await asyncio.gather(*(ask(visitor, question) for question in QUESTIONS))
        heard = await asyncio.gather(*(visitor.hear_out(turn, within=60) for turn in turns))

    answers = dict(zip(QUESTIONS, map(text_heard, heard), strict=True))
    for question, answer in answers.items():
        assert tells(answer, QUESTIONS[question]), (question, answer)
    assert len(set(answers.values())) == len(QUESTIONS)


async def test_a_reader_who_is_cut_off_again_and_again_still_hears_sense(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data", settings=ALONE) as (_, visitor):
        turn = await ask(visitor, "What can you do?")
        heard = await asyncio.gather(
            *(hear_with_cuts(visitor, turn, by=number) for number in range(READERS))
        )
        kept = text_of(await visitor.answer(turn))

    assert tells(kept, "what-can-you-do")
    assert {text_heard(events) for events in heard} == {kept}


async def test_answers_that_a_kill_cut_short_are_gone_on_with_and_make_sense(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data", settings=ALONE) as (
        server,
        visitor,
    ):
        # So many that it cannot be through with all of them when the first one speaks.
        turns = await asyncio.gather(
            *(ask(visitor, "What can you do?") for _ in range(ASKED_BEFORE_THE_KILL))
        )
        async for one in visitor.hear(turns[-1]):
            if one.type == "text-delta":
                server.kill()
                break

    async with a_house(upstream, tmp_path / "data", settings=ALONE) as (
        _,
        visitor,
    ):
        left = [await visitor.answer(turn) for turn in turns]
        cut_short = [
            turn for turn, answer in zip(turns, left, strict=True) if answer["status"] != "finished"
        ]
        for turn in cut_short:
            await visitor.hear_out(await visitor.go_on(turn), within=60)
        answers = [text_of(await visitor.answer(turn)) for turn in turns]

    assert cut_short
    for before, answer in zip(left, answers, strict=True):
        assert answer.startswith(text_of(before))
        assert tells(answer, "what-can-you-do"), answer


async def test_starter_answers_in_the_terminal_without_a_server(tmp_path: Path) -> None:
    code, said = await arcano("ask", "What can you do?", data_dir=tmp_path / "data", settings=ALONE)

    assert code == 0
    assert tells(said, "what-can-you-do")
