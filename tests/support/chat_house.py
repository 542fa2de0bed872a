"""Everything of chat on a real database, without a web server: what a feature test asks and hears."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.support.clock import StillClock
from tests.support.fresh_database import a_database
from tests.support.ledger import RememberedLedger
from tests.support.scripted_model import OneModel, ScriptedModel

from arcano.chat.asked_with import SIGNED_IN, AskedWith
from arcano.chat.begin_turn import TurnBeginner
from arcano.chat.domain import Conversation, ConversationId, Message, MessageId, Turn, TurnId
from arcano.chat.follow_turn import follow_turn
from arcano.chat.keep_turns import TurnKeeper
from arcano.chat.live_log import Entry
from arcano.chat.notices import Notices
from arcano.chat.repository import ConversationRepository
from arcano.chat.start_turn import AtHead, TurnDraft, start_turn
from arcano.chat.turn_repository import TurnRepository
from arcano.chat.turn_runner import TurnRunner
from arcano.identity import Person, UserId
from arcano.identity.repository import IdentityRepository
from arcano.inference import (
    AnswerCache,
    CacheSettings,
    Completer,
    Embedder,
    FairQueue,
    FixedRoutes,
    Inference,
    Surroundings,
    Targets,
)
from arcano.inference.cache.answer_store import StoreRules
from arcano.inference.cache.database_store import DatabaseAnswers
from arcano.inference.cache.similar_answers import SimilarAnswers
from arcano.inference.cache.similar_questions import SimilarQuestions
from arcano.platform.database import Database
from arcano.platform.ids import new_id
from arcano.platform.secrets.texts import PLAIN, Texts
from arcano.platform.sqlite import SqliteDatabase
from arcano.providers import ModelDirectory, Parameters
from arcano.usage import Gate, Meter

_numbers = count()


@dataclass
class ChatHouse:
    """A person, a conversation, a model, and the machinery between them."""

    database: SqliteDatabase
    runner: TurnRunner
    keeper: TurnKeeper
    clock: StillClock
    notices: Notices
    models: OneModel
    ledger: RememberedLedger
    person: UserId
    conversation: ConversationId
    tasks: asyncio.TaskGroup = field(repr=False)

    def says(self, model: ScriptedModel) -> ScriptedModel:
        """From now on, this model answers."""
        self.models.model = model
        return model

    def beginner(
        self,
        viewer: UserId | None = None,
        *,
        asked_by: UserId | None = None,
        asked_with: AskedWith = SIGNED_IN,
    ) -> TurnBeginner:
        return TurnBeginner(
            self.database, self.runner, self.clock, viewer or self.person, asked_by, asked_with
        )

    async def ask(
        self,
        text: str = "Hello?",
        *,
        parent_id: MessageId | AtHead | None = "at-head",
        client_message_id: str | None = None,
        viewer: UserId | None = None,
        conversation: ConversationId | None = None,
        asked_by: UserId | None = None,
        asked_with: AskedWith = SIGNED_IN,
        parameters: Parameters | None = None,
    ) -> Turn:
        draft = TurnDraft(
            client_message_id=client_message_id or f"message-{next(_numbers)}",
            text=text,
            model="scripted",
            parent_id=parent_id,
            parameters=parameters or Parameters(),
        )
        return await start_turn(
            conversation or self.conversation,
            draft,
            beginner=self.beginner(viewer, asked_by=asked_by, asked_with=asked_with),
        )

    async def hear(self, turn: TurnId, *, after: int = 0) -> list[tuple[int, Entry]]:
        """Every event with its number, until the log closes."""
        heard: list[tuple[int, Entry]] = []
        stretches = follow_turn(
            turn, after=after, viewer=self.person, runner=self.runner, database=self.database
        )
        async for stretch in stretches:
            heard += enumerate(stretch.entries, stretch.first_sequence)
        return heard

    async def answer(
        self,
        text: str = "Hello?",
        *,
        parent_id: MessageId | AtHead | None = "at-head",
        parameters: Parameters | None = None,
    ) -> Turn:
        """Ask, and wait for the end of the answer."""
        turn = await self.ask(text, parent_id=parent_id, parameters=parameters)
        await self.hear(turn.id)
        return await self.turn(turn.id)

    async def turn(self, turn_id: TurnId) -> Turn:
        return await self.database.read(lambda c: TurnRepository(c, self.person).one(turn_id))

    async def message(self, message_id: MessageId) -> Message:
        return await self.database.read(
            lambda c: ConversationRepository(c, self.person).message(message_id)
        )

    async def branch(
        self,
        *,
        through: MessageId | None = None,
        before: MessageId | None = None,
        limit: int = 200,
    ) -> list[Message]:
        return await self.database.read(
            lambda c: ConversationRepository(c, self.person).branch(
                self.conversation, through=through, before=before, limit=limit
            )
        )

    async def the_conversation(self) -> Conversation:
        return await self.database.read(
            lambda c: ConversationRepository(c, self.person).one(self.conversation)
        )


async def add_person(database: Database, clock: StillClock, name: str) -> UserId:
    """A person with one row; only the first may be the owner."""
    person = Person(UserId(new_id()), f"{name}@arcano.example", name, "owner", clock.now())
    is_first = not await database.read(lambda c: IdentityRepository(c).has_owner())
    if not is_first:
        person = Person(person.id, person.email, name, "member", clock.now())
    await database.write(lambda c: IdentityRepository(c).add_owner(person, password_hash="none"))
    return person.id


async def add_conversation(database: Database, clock: StillClock, owner: UserId) -> ConversationId:
    conversation = Conversation(ConversationId(new_id()), None, clock.now(), clock.now(), None, ())
    await database.write(lambda c: ConversationRepository(c, owner).add(conversation))
    return conversation.id


def an_inference(
    models: ModelDirectory,
    clock: StillClock,
    routes: FixedRoutes | None = None,
    *,
    cache: AnswerCache | None = None,
    completer: Completer | None = None,
    ledger: RememberedLedger | None = None,
    gate: Gate | None = None,
) -> Inference:
    """Every model as a route of its own if no routes are given, with a line in this process.

    It does not wait between attempts. Without a `gate` everybody may ask.
    """
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    return Inference(
        Surroundings(
            routes=routes or FixedRoutes(),
            models=models,
            queue=FairQueue(),
            targets=Targets(clock=clock),
            clock=clock,
            completer=completer,
            sleep=sleep,
        ),
        meter=Meter(ledger or RememberedLedger(), clock, gate),
        cache=cache,
    )


def a_cache(
    settings: CacheSettings,
    database: Database,
    models: ModelDirectory,
    clock: StillClock,
    tasks: asyncio.TaskGroup,
) -> AnswerCache:
    """A cache of answers in the database, for models that no route names."""
    rules = StoreRules(settings.kept_for, settings.max_disk_bytes)
    around = Surroundings(
        routes=FixedRoutes(),
        models=models,
        queue=FairQueue(),
        targets=Targets(clock=clock),
        clock=clock,
    )
    similar = None
    if settings.similar_model is not None:
        similar = SimilarAnswers(
            Embedder(around, tasks=tasks),
            model=settings.similar_model,
            questions=SimilarQuestions(threshold=settings.similar_threshold, most=10),
        )
    return AnswerCache(
        settings,
        store=DatabaseAnswers(database, rules, clock),
        routes=around.routes,
        models=models,
        clock=clock,
        tasks=tasks,
        similar=similar,
    )


@asynccontextmanager
async def chat_house(
    folder: Path,
    *,
    model: ScriptedModel,
    models: OneModel | None = None,
    routes: FixedRoutes | None = None,
    cache: CacheSettings | None = None,
    texts: Texts = PLAIN,
) -> AsyncGenerator[ChatHouse]:
    """A house on the database in `folder`. A second one on the same folder finds what the first left."""
    database = await a_database(folder / "arcano.db", texts=texts)
    clock, notices, models = StillClock(), Notices(), models or OneModel(model)
    ledger = RememberedLedger()
    try:
        async with asyncio.TaskGroup() as tasks:
            kept = None if cache is None else a_cache(cache, database, models, clock, tasks)
            runner = TurnRunner(
                database=database,
                inference=an_inference(models, clock, routes, cache=kept, ledger=ledger),
                clock=clock,
                notices=notices,
                tasks=tasks,
            )
            person = await add_person(database, clock, f"person-{next(_numbers)}")
            yield ChatHouse(
                database=database,
                runner=runner,
                keeper=TurnKeeper(database=database, runner=runner, clock=clock),
                clock=clock,
                notices=notices,
                models=models,
                ledger=ledger,
                person=person,
                conversation=await add_conversation(database, clock, person),
                tasks=tasks,
            )
            runner.interrupt()
    finally:
        database.close()
