"""A conversation whose texts are sealed goes on as any other does, and nothing of it lies readable."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.chat_house import chat_house
from tests.support.clock import StillClock
from tests.support.context_told import policy, texts
from tests.support.reading_models import SummarisingModel
from tests.support.scripted_model import FINISHED, OneModel, ScriptedModel
from typing_extensions import override

from arcano.chat.repository import ConversationRepository
from arcano.inference.cache.answer_store import StoredAnswer, StoreRules
from arcano.inference.cache.database_store import DatabaseAnswers
from arcano.inference.cache.memory_store import MemoryAnswers
from arcano.inference.cache.sealed_store import SealedAnswers
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.errors import SecretUnreadableError
from arcano.platform.secrets.keys import FixedKeys, KeyRing, new_key
from arcano.platform.secrets.texts import Texts
from arcano.platform.sqlite import SqliteDatabase
from arcano.providers import FoundModel, ReasoningDelta, ReasoningSealed, Seal, TextDelta

KEY, OTHER_KEY = new_key(place="a test"), new_key(place="a test")
ON = Texts(SecretBox(FixedKeys(KeyRing((KEY,)))), sealing=True)
OFF = Texts(SecretBox(FixedKeys(KeyRing((KEY,)))))
ELSEWHERE = Texts(SecretBox(FixedKeys(KeyRing((OTHER_KEY,)))), sealing=True)
RULES = StoreRules(timedelta(days=1), 1_000_000)


class Placed(OneModel):
    """A model of a server that is told apart, so that its thoughts are kept for it."""

    @override
    async def find(self, model_id: str) -> FoundModel:
        return FoundModel(self.model, model_id, None, "here")


def lying_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def thinking_model() -> ScriptedModel:
    return ScriptedModel(
        ReasoningDelta("A pondering."),
        ReasoningSealed(Seal("scripted", "proofofpondering"), None),
        TextDelta("Because of the heron."),
        FINISHED,
    )


@pytest.mark.parametrize("later", [ON, OFF], ids=["still sealing", "not sealing any more"])
async def test_thoughts_and_words_are_read_back_by_a_later_process(
    later: Texts, tmp_path: Path
) -> None:
    placed = Placed(thinking_model())
    async with chat_house(
        tmp_path, model=ScriptedModel(FINISHED), models=placed, texts=ON
    ) as house:
        await house.answer("Why the egret?")
        person, conversation = house.person, house.conversation
        path = await house.database.read(
            lambda c: ConversationRepository(c, person).branch(
                conversation, through=None, before=None, limit=10
            )
        )
        leaf = path[0].id
        assert not any(
            word in lying_in(tmp_path) for word in (b"heron", b"egret", b"ponder", b"proofof")
        )
    async with chat_house(tmp_path, model=ScriptedModel(FINISHED), texts=later) as house:
        told = await house.database.read(
            lambda c: ConversationRepository(c, person).path(conversation, leaf, limit=10)
        )
        title = await house.database.read(
            lambda c: ConversationRepository(c, person).one(conversation).title
        )

    assert title is not None
    assert "egret" in title
    assert [one.text for one in told] == ["Because of the heron.", "Why the egret?"]
    (thought,) = told[0].thoughts
    assert (thought.text, thought.seal.proof) == ("A pondering.", "proofofpondering")


async def test_a_summary_is_sealed_and_read_to_the_model(tmp_path: Path) -> None:
    model = SummarisingModel("It was about the heron.")
    async with chat_house(
        tmp_path, model=ScriptedModel(FINISHED), models=OneModel(model), texts=ON
    ) as house:
        house.models.context_tokens = 2_000
        await policy(house, "summarise")
        while not model.summarised:
            await house.answer("How far is the next stop of the library van? " * 4)

        assert "about the heron" in texts(model.asked[-1])[0]
        assert b"heron" not in lying_in(tmp_path)
        assert b"library" not in lying_in(tmp_path)


async def test_without_its_key_a_conversation_says_which_one_is_missing(tmp_path: Path) -> None:
    async with chat_house(tmp_path, model=thinking_model(), texts=ON) as house:
        await house.answer("Why the egret?")
        person, conversation = house.person, house.conversation
    async with chat_house(tmp_path, model=thinking_model(), texts=ELSEWHERE) as house:
        with pytest.raises(SecretUnreadableError, match=KEY.name):
            await house.database.read(lambda c: ConversationRepository(c, person).one(conversation))


async def test_a_kept_answer_is_sealed_and_one_of_another_key_was_never_kept(
    tmp_path: Path,
) -> None:
    clock = StillClock()
    async with chat_house(tmp_path, model=thinking_model(), texts=ON) as house:
        answer = StoredAnswer(b'{"said": "heron"}', house.person, clock.now())
        await DatabaseAnswers(house.database, RULES, clock).put(b"digest", answer)
        assert b"heron" not in lying_in(tmp_path)
    database = SqliteDatabase(tmp_path / "arcano.db", texts=OFF)
    assert await DatabaseAnswers(database, RULES, clock).get(b"digest") == answer
    assert (await DatabaseAnswers(database, RULES, clock).sizes()).answers == 1
    database.close()
    database = SqliteDatabase(tmp_path / "arcano.db", texts=ELSEWHERE)
    assert await DatabaseAnswers(database, RULES, clock).get(b"digest") is None
    database.close()


async def test_answers_in_a_shared_place_lie_sealed_there() -> None:
    clock = StillClock()
    shared = MemoryAnswers(RULES, clock)
    answer = StoredAnswer(b'{"said": "heron"}', "anna", clock.now())

    await SealedAnswers(shared, ON).put(b"digest", answer)

    lying = await shared.get(b"digest")
    assert lying is not None
    assert b"heron" not in lying.body
    assert await SealedAnswers(shared, ON).get(b"digest") == answer
    assert await SealedAnswers(shared, ELSEWHERE).get(b"digest") is None
