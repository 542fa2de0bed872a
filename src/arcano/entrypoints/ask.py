"""`arcano ask`: one question in the terminal, answered as it is written, without a server and beside one.

Asks the models that the server would: those of this machine, of the settings, and of the workspace's connections. It reads the
data folder and writes nothing there. Routes, kept answers and connections of single people are the server's.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import TextIO

from sqlalchemy import inspect

from arcano.compute import MachineDetector, knows_architecture
from arcano.entrypoints.local_models import (
    EveryLocalFile,
    HostWithGraphics,
    LocalModelFilesOnThisMachine,
)
from arcano.entrypoints.secret_keys import known_keys
from arcano.entrypoints.settings import Settings
from arcano.entrypoints.this_machine import machine_for_models
from arcano.modelstore import ModelStore
from arcano.platform.clock import SystemClock
from arcano.platform.egress import Egress, open_egress
from arcano.platform.secrets.box import SecretBox
from arcano.platform.sqlite import open_to_read
from arcano.providers import (
    Connection,
    ConnectionRepository,
    LocalEngine,
    ModelList,
    ModelNotFoundError,
    ModelRequest,
    RefusalDelta,
    RequestMessage,
    SafetensorsFolders,
    TextDelta,
    TextPart,
    configured_connections,
    look_for_ollama,
)

HOW_TO_GET_A_MODEL = "There is no model to ask. Put a GGUF file into the models folder, or set a provider's key, such as OPENAI_API_KEY."


def ask(question: str, *, model: str | None, settings: Settings, out: TextIO = sys.stdout) -> None:
    """Write the answer to `out`, piece by piece as it comes.

    Without a `model` the first of the list answers, as in the page: Starter where nothing else is there.

    Raises:
        ModelNotFoundError: There is no such model, or none at all.
        ProviderError: The model could not answer; what came is written.
        SecretKeyError: The workspace's connections are sealed with keys that cannot be used.
    """
    asyncio.run(_ask(question, model=model, settings=settings, out=out))


async def _ask(question: str, *, model: str | None, settings: Settings, out: TextIO) -> None:
    async with open_egress(settings.egress) as egress, _models(settings, egress) as models:
        found = await models.find(model or await _first(models))
        message = RequestMessage("user", (TextPart(question),))
        request = ModelRequest(found.upstream_name, (message,))
        ends_line = True
        try:
            async with aclosing(found.model.stream(request)) as events:
                async for event in events:
                    if isinstance(event, TextDelta | RefusalDelta) and event.text:
                        out.write(event.text)
                        out.flush()
                        ends_line = event.text.endswith("\n")
        finally:
            if not ends_line:
                out.write("\n")


async def _first(models: ModelList) -> str:
    listed, problems = await models.all()
    if not listed:
        told = " ".join(f"{each.name}: {each.error.detail}" for each in problems)
        raise ModelNotFoundError(f"{HOW_TO_GET_A_MODEL} {told}".strip())
    return listed[0].id


@asynccontextmanager
async def _models(settings: Settings, egress: Egress) -> AsyncGenerator[ModelList]:
    """The list of models, with an engine that ends with the block."""
    folder = settings.data_dir.resolve() / "models"
    async with MachineDetector() as machine:
        host = HostWithGraphics(machine)
        async with LocalEngine(
            settings=settings.local, host=host, clock=SystemClock(), changed=lambda: None
        ) as engine:
            # Not entered: that would take up the server's downloads.
            store = ModelStore(
                folder=folder,
                settings=settings.modelstore,
                http=egress.everywhere,
                machine=lambda: machine_for_models(machine, local_engine=True, budget_bytes=0),
                knows_architecture=knows_architecture,
            )
            files = EveryLocalFile(store, SafetensorsFolders(folder))
            local = LocalModelFilesOnThisMachine(
                files=files, engine=engine, host=host, is_starter=store.is_starter
            )
            models = ModelList(egress, local=local)
            for connection in await _connections(settings, egress):
                models.put(connection)
            yield models


async def _connections(settings: Settings, egress: Egress) -> list[Connection]:
    """What is configured, what the workspace has, and an Ollama on this machine."""
    now = SystemClock().now()
    connections = configured_connections(settings.providers, now=now)
    connections += await asyncio.to_thread(_kept, settings)
    if settings.providers.look_for_ollama:
        ollama = await look_for_ollama(settings.providers, egress.everywhere, now=now)
        connections += [] if ollama is None else [ollama]
    return connections


def _kept(settings: Settings) -> list[Connection]:
    path = settings.data_dir.resolve() / "arcano.db"
    keys = known_keys(settings) if path.is_file() else None
    if keys is None:
        return []
    with open_to_read(path) as database:
        if not inspect(database).has_table("connections"):
            return []
        kept = ConnectionRepository(database, SecretBox(keys)).all()
    # Whoever sits at the terminal is nobody in particular: what is one person's alone stays so.
    return [connection for connection in kept if connection.owner_id is None]
