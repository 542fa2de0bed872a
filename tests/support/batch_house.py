"""Batch jobs on a real database, without a web server: a person, a model, and the machinery between them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

from tests.support.chat_house import add_person, an_inference
from tests.support.clock import StillClock
from tests.support.fresh_database import a_database
from tests.support.scripted_model import FINISHED, OneModel, ScriptedModel
from typing_extensions import override

from arcano.batches import BatchRunner, BatchSettings, JobSurroundings
from arcano.batches.domain import Batch, BatchId, BatchRow, BatchState, InputFormat, Instructions
from arcano.batches.receive_input import Reception, receive_input
from arcano.batches.repository import BatchRepository
from arcano.identity import UserId
from arcano.inference import FixedRoutes, MicroBatch, RetryRules, Route, Target, open_completer
from arcano.platform.sqlite import SqliteDatabase
from arcano.providers import (
    ChatModel,
    ModelEvent,
    ModelRequest,
    ProviderError,
    TextDelta,
    TextPart,
)
from arcano.usage import Caller, Gate, Limiter, LimitSettings, Standing
from arcano.usage.budgets.purse import Purse
from arcano.usage.limits.open_counting import Counting

WITHIN_SECONDS = 30
_numbers = count()


class Echo(ChatModel):
    """Answers `re: <prompt>`, each time by a scripted model. A prompt in `errors` fails so, as often as it has errors left.

    While `held` is clear nobody is answered. `asked` has every prompt, in the order of asking.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.errors: dict[str, list[ProviderError]] = {}
        self.always: ProviderError | None = None
        self.running = 0
        self.most_at_once = 0
        self.held = asyncio.Event()
        self.held.set()
        self._asked_more = asyncio.Event()

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        part = request.messages[-1].parts[-1]
        assert isinstance(part, TextPart)
        prompt = part.text
        self.asked.append(prompt)
        self._asked_more.set()
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        try:
            await self.held.wait()
            errors = self.errors.get(prompt)
            failure = errors.pop(0) if errors else self.always
            lines = (TextDelta(f"re: {prompt}"), FINISHED) if failure is None else (failure,)
            async with aclosing(ScriptedModel(*lines).stream(request)) as events:
                async for event in events:
                    yield event
        finally:
            self.running -= 1

    async def until_asked(self, times: int) -> None:
        """Returns once so many prompts have come."""
        async with asyncio.timeout(WITHIN_SECONDS):
            while len(self.asked) < times:
                self._asked_more.clear()
                await self._asked_more.wait()


@dataclass
class BatchHouse:
    """A person with a model and a runner. Waits of the runner take no time; `waited` has them."""

    database: SqliteDatabase
    clock: StillClock
    model: Echo
    person: UserId
    runner: BatchRunner
    around: JobSurroundings
    tasks: asyncio.TaskGroup = field(repr=False)
    gate: Gate = field(repr=False)
    waited: list[float] = field(default_factory=list[float])
    settings: BatchSettings = field(default_factory=BatchSettings)

    async def receive(
        self, content: bytes, kind: InputFormat = "csv", viewer: UserId | None = None
    ) -> Batch:
        async def pieces() -> AsyncIterator[bytes]:
            for start in range(0, len(content), 7):
                yield content[start : start + 7]

        reception = Reception(self.database, self.clock, self.settings, viewer or self.person)
        return await receive_input(pieces(), name="Reviews", kind=kind, reception=reception)

    async def a_job(self, *texts: str, template: str = "{{ text }}") -> Batch:
        """A job with a row for each text, started."""
        content = "text\r\n" + "".join(f'"{text}"\r\n' for text in texts)
        batch = await self.receive(content.encode())
        instructions = Instructions("scripted", template)
        await self.database.write(
            lambda c: BatchRepository(c, self.person).instruct(batch.id, instructions)
        )
        return await self.move(batch.id, "running", "draft")

    async def move(self, batch_id: BatchId, to: BatchState, *allowed: BatchState) -> Batch:
        now = self.clock.now()
        return await self.database.write(
            lambda c: BatchRepository(c, self.person).move(
                batch_id, to=to, allowed=allowed, now=now
            )
        )

    async def one(self, batch_id: BatchId) -> Batch:
        return await self.database.read(lambda c: BatchRepository(c, self.person).one(batch_id))

    async def rows(self, batch_id: BatchId) -> list[BatchRow]:
        return await self.database.read(
            lambda c: BatchRepository(c, self.person).rows(batch_id, after=0, limit=100_000)
        )

    async def until(self, batch_id: BatchId, *states: BatchState) -> Batch:
        """The job as soon as it is in one of these states, looked after meanwhile."""
        async with asyncio.timeout(WITHIN_SECONDS):
            while (batch := await self.one(batch_id)).state not in states:
                await self.runner.look()
                await asyncio.sleep(0.01)
        return batch

    async def until_waited(self, batch_id: BatchId, seconds: float) -> Batch:
        """The job as soon as its runner has waited so long, or it does not run any more."""
        async with asyncio.timeout(WITHIN_SECONDS):
            while (batch := await self.one(batch_id)).state == "running":
                if sum(self.waited) >= seconds:
                    break
                await self.runner.look()
        return batch

    async def until_counted(self, batch_id: BatchId, rows: int) -> Batch:
        """The job as soon as so many of its rows have ended."""
        async with asyncio.timeout(WITHIN_SECONDS):
            while True:
                batch = await self.one(batch_id)
                if batch.done_count + batch.failed_count >= rows:
                    return batch
                await asyncio.sleep(0.01)


def warn_nobody(_standing: Standing, _caller: Caller) -> None:
    """No person hears of it."""


@asynccontextmanager
async def batch_house(
    folder: Path,
    *,
    settings: BatchSettings | None = None,
    person: UserId | None = None,
    completes: ChatModel | None = None,
    limits: LimitSettings | None = None,
) -> AsyncGenerator[BatchHouse]:
    """A house on the database in `folder`. A second one on the same folder finds what the first left.

    With `completes`, its jobs ask that one, as a completion model, in the place of an echo. Without `limits`, and as long
    as the gate's purse has no budget, everybody may ask as much as they want.
    """
    database = await a_database(folder / "arcano.db")
    clock, model = StillClock(), Echo()
    waited: list[float] = []
    passed = [0.0]

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        passed[0] += seconds
        await asyncio.sleep(0)

    settings = settings or BatchSettings()
    limiter = Limiter(limits or LimitSettings(), Counting())
    gate = Gate(Purse(clock), limiter, database, clock, warn=warn_nobody)
    gathers = MicroBatch(64, timedelta(milliseconds=20))
    target = Target("base", "scripted", micro_batch=gathers, completes=completes is not None)
    routes = FixedRoutes([Route("scripted", (target,), retry=RetryRules(attempts=1))])
    try:
        async with open_completer() as completer, asyncio.TaskGroup() as tasks:
            inference = an_inference(
                OneModel(completes or model),
                clock,
                routes if completes else None,
                completer=completer,
                gate=gate,
            )
            around = JobSurroundings(
                database, inference, clock, settings, sleep=sleep, now=lambda: passed[0]
            )
            runner = BatchRunner(around, tasks=tasks)
            viewer = person or await add_person(database, clock, f"batcher-{next(_numbers)}")
            yield BatchHouse(
                database, clock, model, viewer, runner, around, tasks, gate, waited, settings
            )
            model.held.set()
            await runner.drain(0)
    finally:
        database.close()
