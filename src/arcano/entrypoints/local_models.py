"""Joins the files of the model store, the machine and the engine that answers; none knows another."""

import logging
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from starlette.datastructures import State
from typing_extensions import override

from arcano.compute import MachineDetector, core_limits, knows_architecture, read_memory
from arcano.entrypoints.settings import Settings
from arcano.entrypoints.this_machine import machine_for_models
from arcano.modelstore import ModelStore
from arcano.platform.clock import Clock
from arcano.platform.egress import Egress
from arcano.platform.file_names import shown
from arcano.providers import (
    ChatModel,
    Host,
    ListedModel,
    ListProblem,
    LocalEngine,
    LocalEngineError,
    LocalModel,
    LocalModelDoors,
    LocalModelFile,
    LocalModelFiles,
    LocalModels,
    ModelFileError,
    Quantiser,
    SafetensorsFolders,
    Takes,
    look_at_host,
)

logger = logging.getLogger(__name__)


@asynccontextmanager
async def local_models(
    state: State,
    settings: Settings,
    *,
    folder: Path,
    egress: Egress,
    clock: Clock,
    models_changed: Callable[[], None],
) -> AsyncGenerator["LocalModelFilesOnThisMachine"]:
    """Everything of this machine's own models, and in `state` what their doors work with."""
    async with MachineDetector() as machine:
        host = HostWithGraphics(machine)
        async with (
            LocalEngine(
                settings=settings.local, host=host, clock=clock, changed=models_changed
            ) as engine,
            ModelStore(
                folder=folder,
                settings=settings.modelstore,
                http=egress.client(private_addresses=settings.modelstore.reaches_private_addresses),
                machine=lambda: machine_for_models(
                    machine,
                    local_engine=engine.problem is None,
                    budget_bytes=engine.memory().budget_bytes,
                ),
                speeds=lambda: _speeds(store, engine),
                knows_architecture=knows_architecture,
                in_use=engine.holds,
                models_changed=models_changed,
            ) as store,
            Quantiser(
                folder=folder, arrived=lambda path: _arrived(store, path, models_changed)
            ) as quantiser,
        ):
            state.machine = machine
            state.modelstore = store
            files = EveryLocalFile(store, SafetensorsFolders(folder))
            state.local_models = LocalModelDoors(engine, files, quantiser)
            yield LocalModelFilesOnThisMachine(
                files=files, engine=engine, host=host, is_starter=store.is_starter
            )


async def _arrived(store: ModelStore, path: Path, models_changed: Callable[[], None]) -> str | None:
    """A file that was made here is a model like any other."""
    models = await store.found()
    models_changed()
    return next((model.id for model in models if model.path == path), None)


def _speeds(store: ModelStore, engine: LocalEngine) -> dict[str, float]:
    """Tokens a second that models of this machine really wrote."""
    known = ((file.id, engine.state_of(file).tokens_per_second) for file in store.seen())
    return {model_id: speed for model_id, speed in known if speed}


class HostWithGraphics:
    """This machine as the engine asks for it: memory as it is now, graphics as when last looked at.

    What a container leaves of it counts. `root` is for recorded machines.
    """

    def __init__(self, machine: MachineDetector, *, root: Path = Path("/")) -> None:
        self._machine = machine
        self._root = root
        self._free_bytes = 0
        self._has_graphics = False

    async def look_again(self) -> None:
        """Look anew, where the first look found something that may change."""
        if self._has_graphics:
            await self.look()

    def __call__(self) -> Host:
        host = look_at_host()
        if memory := read_memory(self._root):
            host = replace(
                host,
                memory_bytes=memory.total_bytes,
                free_memory_bytes=memory.available_bytes,
            )
        cores = min([host.cores, *core_limits(self._root)])
        return replace(host, cores=cores, gpu_memory_bytes=self._free_bytes)

    async def look(self) -> None:
        """Find out what is free on those graphics cards that the engine computes on."""
        report = await self._machine.look()
        self._has_graphics = bool(report.accelerators)
        self._free_bytes = sum(
            each.graphics.free_bytes or 0
            for each in report.accelerators
            # What shares the main memory is counted there.
            if each.usable and not each.graphics.shares_memory
        )


class EveryLocalFile(LocalModelFiles):
    """The files of the model store, and the folders of safetensors beside them; of one name, the file."""

    def __init__(self, store: ModelStore, folders: SafetensorsFolders) -> None:
        self._store = store
        self._folders = folders

    @override
    async def found(self) -> Sequence[LocalModelFile]:
        files = await self._store.found()
        taken = {file.id for file in files}
        return [*files, *(each for each in await self._folders.found() if each.id not in taken)]

    @override
    async def find(self, model_id: str) -> LocalModelFile | None:
        return await self._store.find(model_id) or await self._folders.find(model_id)


class LocalModelFilesOnThisMachine(LocalModels):
    """The models on this disk, as the list of models wants them."""

    def __init__(
        self,
        *,
        files: LocalModelFiles,
        engine: LocalEngine,
        host: HostWithGraphics,
        is_starter: Callable[[str], bool],
    ) -> None:
        self._is_starter = is_starter
        self._host = host
        self._files = files
        self._engine = engine
        self._model = LocalModel(engine=engine, files=files)

    @override
    async def listed(self) -> tuple[list[ListedModel], list[ListProblem]]:
        files = [file for file in await self._files.found() if not self._engine.problem_with(file)]
        usable = [
            self._listed(file)
            for file in files
            # What only makes vectors is found by its name, and not offered to talk to.
            if file.problem is None and file.capabilities != frozenset({"embeddings"})
        ]
        problems = [
            ListProblem(None, shown(file.path.name), ModelFileError(file.problem))
            for file in files
            if file.problem is not None
        ]
        return usable, problems

    @override
    async def find(self, model_id: str) -> ListedModel | None:
        file = await self._files.find(model_id)
        if file is None or self._engine.problem_with(file):
            return None
        if not self._engine.is_loaded(file.id):
            # It will be, and how depends on what is free.
            await self._host.look_again()
        return self._listed(file)

    async def load(self, model_ids: Iterable[str]) -> None:
        """Begin to load these. What cannot be is logged: the server serves without it."""
        await self._host.look()
        for model_id in model_ids:
            file = await self._files.find(model_id)
            if file is None or file.problem:
                reason = file.problem if file else "There is no such file."
                logger.warning("The pinned model %s cannot be loaded: %s", model_id, reason)
                continue
            try:
                self._engine.begin_loading(file)
            except LocalEngineError as failure:
                logger.warning("The pinned model %s cannot be loaded: %s", model_id, failure.detail)

    @override
    def chat_model(self) -> ChatModel:
        return self._model

    def _listed(self, file: LocalModelFile) -> ListedModel:
        return ListedModel(
            id=file.id,
            name=file.name,
            kind="local",
            connection_id=None,
            connection_name="This machine",
            where="this-machine",
            context_tokens=self._engine.context_tokens(file),
            capabilities=tuple(sorted(file.capabilities)),
            takes=Takes() if "reasoning" in file.capabilities else Takes(efforts=()),
            loaded=self._engine.is_loaded(file.id),
            size_bytes=file.size_bytes,
            starter=self._is_starter(file.id),
            place=_state_of(file.path),
        )


def _state_of(path: Path) -> str:
    """Which file this is, as far as can be told without reading it; empty where there is none."""
    try:
        facts = path.stat()
    except OSError:
        return ""
    return f"{facts.st_size} {facts.st_mtime_ns}"
