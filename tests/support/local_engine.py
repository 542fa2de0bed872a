"""What tests of the local engine share: files as the engine wants them, questions, and listening."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from arcano.providers.errors import LocalEngineError
from arcano.providers.events import ModelEvent, ModelFinished, TextDelta
from arcano.providers.local import (
    Host,
    LoadWatch,
    LocalEngine,
    LocalModel,
    LocalSettings,
    Pulse,
    look_at_host,
)
from arcano.providers.request import ModelRequest, Parameters, RequestMessage, TextPart

PULSE = Pulse()
LOAD_WATCH = LoadWatch()


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A model file whose facts are given, not read."""

    id: str
    path: Path
    size_bytes: int = 1_000_000
    context_tokens: int | None = 2048
    context_bytes_per_token: int = 1024
    capabilities: frozenset[str] = frozenset()
    problem: str | None = None

    @property
    def name(self) -> str:
        return self.id.title()


@dataclass(slots=True)
class KnownFiles:
    """Finds what it was told of."""

    files: dict[str, KnownFile] = field(default_factory=dict[str, KnownFile])

    def add(self, file: KnownFile) -> KnownFile:
        self.files[file.id] = file
        return file

    async def found(self) -> list[KnownFile]:
        return list(self.files.values())

    async def find(self, model_id: str) -> KnownFile | None:
        return self.files.get(model_id)


@dataclass(frozen=True, slots=True)
class Workbench:
    """An engine with what it needs, for one test."""

    engine: LocalEngine
    model: LocalModel
    files: KnownFiles


@asynccontextmanager
async def a_workbench(
    *,
    pulse: Pulse = PULSE,
    load_watch: LoadWatch = LOAD_WATCH,
    host: Callable[[], Host] = look_at_host,
    **settings: object,
) -> AsyncGenerator[Workbench]:
    """A real engine with two seats and one thread, where `settings` do not say otherwise."""
    chosen = LocalSettings.model_validate({"parallel": 2, "threads": 1, **settings})
    files = KnownFiles()
    async with LocalEngine(
        settings=chosen, pulse=pulse, load_watch=load_watch, host=host
    ) as engine:
        yield Workbench(engine, LocalModel(engine=engine, files=files), files)


def a_question(
    model: str = "tiny", text: str = "What is a story?", tokens: int | None = 24
) -> ModelRequest:
    return ModelRequest(
        model=model,
        messages=(RequestMessage("user", (TextPart(text),)),),
        parameters=Parameters(temperature=0.0, max_tokens=tokens),
    )


async def all_events(model: LocalModel, request: ModelRequest) -> list[ModelEvent]:
    async with aclosing(model.stream(request)) as events:
        return [event async for event in events]


def is_running(pid: int) -> bool:
    with suppress(FileNotFoundError, ProcessLookupError):
        # The state is the first word after the name in parentheses; a zombie runs no more.
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        return state not in "ZX"
    return False


def pid_of(bench: Workbench, model: str) -> int:
    pid = bench.engine.pid_of(model)
    assert pid is not None
    return pid


async def failure_of(bench: Workbench, request: ModelRequest) -> LocalEngineError:
    with pytest.raises(LocalEngineError) as failure:
        await all_events(bench.model, request)
    return failure.value


def text_of(events: list[ModelEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def finish_of(events: list[ModelEvent]) -> ModelFinished:
    (finished,) = (event for event in events if isinstance(event, ModelFinished))
    assert events[-1] is finished
    return finished


async def until(holds: Callable[[], bool], *, within: timedelta = timedelta(seconds=5)) -> None:
    """Wait until `holds` says so. It looks again and again: the thing watched tells nobody."""
    async with asyncio.timeout(within.total_seconds()):
        while not holds():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.01)
