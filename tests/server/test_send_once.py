"""Sending a question twice, ten times, across a restart: it is asked once."""

import asyncio
from pathlib import Path

from tests.support.house import a_house
from tests.support.upstream import MODEL, Upstream, says, words
from tests.support.visitor import Visitor, text_of

AT_ONCE = 10


def a_draft(question: str, **fields: object) -> dict[str, object]:
    return {"client_message_id": "chosen-by-me", "content": question, "model": MODEL, **fields}


async def test_ten_at_once_make_one_question_and_one_answer(
    upstream: Upstream, visitor: Visitor
) -> None:
    conversation_id = await visitor.new_conversation()
    address = f"/api/conversations/{conversation_id}/turns"

    answers = await asyncio.gather(
        *(visitor.post(address, a_draft("Only once?")) for _ in range(AT_ONCE))
    )

    assert [answer.status for answer in answers] == [202] * AT_ONCE
    assert all(answer.body == answers[0].body for answer in answers)
    assert len(await visitor.messages(conversation_id)) == 2
    await upstream.call_about("Only once?")
    assert len(upstream.calls_about("Only once?")) == 1


async def test_the_same_id_with_other_words_is_refused(visitor: Visitor) -> None:
    conversation_id = await visitor.new_conversation()
    address = f"/api/conversations/{conversation_id}/turns"
    await visitor.post(address, a_draft("First words."))

    for changed in (
        a_draft("Other words."),
        a_draft("First words.", model="other"),
        a_draft("First words.", parent_id=None),
        a_draft("First words.", parameters={"temperature": 1.5}),
    ):
        answer = await visitor.post(address, changed)
        assert (answer.status, answer.code) == (409, "client-message-id-reused")

    assert len(await visitor.messages(conversation_id)) == 2


async def test_of_ten_at_once_with_different_words_one_wins(visitor: Visitor) -> None:
    conversation_id = await visitor.new_conversation()
    address = f"/api/conversations/{conversation_id}/turns"

    answers = await asyncio.gather(
        *(visitor.post(address, a_draft(f"Words {number}.")) for number in range(AT_ONCE))
    )

    assert sorted(answer.status for answer in answers) == [202] + [409] * (AT_ONCE - 1)
    assert len(await visitor.messages(conversation_id)) == 2


async def test_the_same_id_in_another_conversation_is_another_question(visitor: Visitor) -> None:
    answers = [
        await visitor.post(
            f"/api/conversations/{await visitor.new_conversation()}/turns", a_draft("Here?")
        )
        for _ in range(2)
    ]

    assert [answer.status for answer in answers] == [202, 202]
    assert answers[0].body != answers[1].body


async def test_an_answer_is_regenerated_once_however_often_it_is_asked_for(
    visitor: Visitor,
) -> None:
    turn = await visitor.ask("Again?")
    await visitor.hear_out(turn)
    draft = {"client_message_id": "again"}

    answers = await asyncio.gather(
        *(visitor.post(f"/api/messages/{turn.answer_id}/regenerate", draft) for _ in range(AT_ONCE))
    )

    assert all(answer.body == answers[0].body for answer in answers)
    assert len((await visitor.messages(turn.conversation_id))[0]["sibling_ids"]) == 2


async def test_of_ten_who_continue_at_once_one_does(upstream: Upstream, visitor: Visitor) -> None:
    upstream.when_asked("And then?", says(*words(500), every=0.01))
    turn = await visitor.ask("And then?")
    await upstream.call_about("And then?")
    await visitor.stop(turn)

    answers = await asyncio.gather(
        *(visitor.post(f"/api/messages/{turn.answer_id}/continue", {}) for _ in range(AT_ONCE))
    )

    assert sorted(answer.status for answer in answers) == [202] + [409] * (AT_ONCE - 1)
    assert {answer.code for answer in answers if answer.status == 409} == {"nothing-to-continue"}
    (accepted,) = (answer for answer in answers if answer.status == 202)
    await visitor.post(f"/api/turns/{accepted.body['turn_id']}/stop")


async def test_a_restart_does_not_forget_what_was_sent(upstream: Upstream, tmp_path: Path) -> None:
    draft = a_draft("Do you remember?")
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        conversation_id = await visitor.new_conversation()
        before = await visitor.post(f"/api/conversations/{conversation_id}/turns", draft)
        assert before.status == 202

    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        address = f"/api/conversations/{conversation_id}/turns"
        answers = await asyncio.gather(*(visitor.post(address, draft) for _ in range(AT_ONCE)))
        other = await visitor.post(address, a_draft("Do you really?"))

        assert all(answer.body == before.body for answer in answers)
        assert (other.status, other.code) == (409, "client-message-id-reused")
        questions = [text_of(one) for one in await visitor.messages(conversation_id)]
        assert questions.count("Do you remember?") == 1


async def test_a_question_that_was_taken_is_found_again_also_when_its_model_is_not(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.when_asked("Taken?", says("Yes."))
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        turn = await visitor.ask("Taken?", client_message_id="chosen-by-me")
        await visitor.hear_out(turn)
        again = {"client_message_id": "again"}
        anew = await visitor.post(f"/api/messages/{turn.answer_id}/regenerate", again)
    address = f"/api/conversations/{turn.conversation_id}/turns"

    gone = "http://127.0.0.1:9/v1"
    async with a_house(upstream, tmp_path / "data", OPENAI_BASE_URL=gone) as (_, visitor):
        sent_again = await visitor.post(address, a_draft("Taken?"))
        asked_again = await visitor.post(f"/api/messages/{turn.answer_id}/regenerate", again)
        new = await visitor.try_to_ask("New?", conversation_id=turn.conversation_id)
        messages = await visitor.messages(turn.conversation_id)

    assert (sent_again.status, sent_again.body["turn_id"]) == (202, turn.id)
    assert (asked_again.status, asked_again.body) == (202, anew.body)
    assert (new.status, new.code) == (404, "model-not-found")
    assert len(messages) == 3
