"""A model store beside a fake hub, for one test."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import aiohttp
from tests.support.fake_hub import FakeHub

from arcano.modelstore import CatalogueModel, Download, Machine, ModelStore, ModelStoreSettings

GB = 10**9


def a_catalogue_model(
    hub: FakeHub, *, sha256: str | None = None, **facts: object
) -> CatalogueModel:
    known: dict[str, object] = {
        "id": "model",
        "name": "A model",
        "description": "For tests.",
        "licence": "Apache-2.0",
        "parameters": "1M",
        "quantisation": "F32",
        "repo": "maker/model-gguf",
        "file": "model.gguf",
        "size_bytes": len(hub.content),
        "context_bytes_per_token": 1024,
        "sha256": sha256,
    }
    return CatalogueModel(**(known | facts))  # pyright: ignore[reportArgumentType]  # facts of a test


@asynccontextmanager
async def a_store(
    folder: Path,
    beside: FakeHub,
    /,
    *,
    catalogue: tuple[CatalogueModel, ...] | None = None,
    free_bytes: Callable[[Path], int] = lambda _: 100 * GB,
    models_changed: Callable[[], None] = lambda: None,
    **settings: object,
) -> AsyncGenerator[ModelStore]:
    """A store that trusts the hub's hashes and waits a fiftieth of the usual time between tries."""
    chosen = ModelStoreSettings.model_validate(
        {"hub": beside.address, "silence_within": 1.0, "tries": 3, **settings}
    )
    async with (
        aiohttp.ClientSession() as http,
        ModelStore(
            folder=folder,
            settings=chosen,
            http=http,
            machine=lambda: Machine(memory_bytes=8 * GB, cores=4, local_engine=True),
            catalogue=catalogue or (a_catalogue_model(beside),),
            free_bytes=free_bytes,
            models_changed=models_changed,
            hurry=0.02,
        ) as store,
    ):
        yield store


async def ended(store: ModelStore, download_id: str) -> Download:
    """The last state of a download, which must come soon."""
    async with asyncio.timeout(10), aclosing(store.downloads.follow(download_id)) as states:
        return [state async for state in states][-1]
