"""A model store beside a fake hub, for one test."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import aiohttp
from tests.support.fake_hub import FILE, REPOSITORY, FakeHub

from arcano.modelstore import (
    Catalogue,
    CatalogueModel,
    Download,
    Machine,
    ModelStore,
    ModelStoreSettings,
    Variant,
)

GB = 10**9
MACHINE = Machine(
    memory_bytes=8 * GB, available_bytes=6 * GB, cores=4, local_engine=True, bandwidth=20e9
)


def a_variant(
    hub: FakeHub, *, sha256: str | None = None, size_bytes: int | None = None, **facts: object
) -> Variant:
    """`model.gguf` of the hub: its true size is known, its hash only where it is given."""
    known: dict[str, object] = {
        "quantisation": "F32",
        "files": (FILE,),
        "size_bytes": len(hub.content) if size_bytes is None else size_bytes,
        "sha256": sha256,
    }
    return Variant(**(known | facts))  # pyright: ignore[reportArgumentType]  # facts of a test


def a_catalogue_model(*variants: Variant, **facts: object) -> CatalogueModel:
    known: dict[str, object] = {
        "id": "model",
        "family": "Model",
        "name": "A model",
        "description": "For tests.",
        "licence": "Apache-2.0",
        "licence_url": "https://licence.invalid",
        "repo": REPOSITORY,
        "parameters": 1_000_000,
        "layers": 2,
        "kv_heads": 2,
        "head_width": 32,
        "context_tokens": 2048,
        "variants": variants,
    }
    return CatalogueModel(**(known | facts))  # pyright: ignore[reportArgumentType]  # facts of a test


@asynccontextmanager
async def a_store(
    folder: Path,
    beside: FakeHub,
    /,
    *,
    catalogue: tuple[CatalogueModel, ...] | None = None,
    machine: Machine = MACHINE,
    free_bytes: Callable[[Path], int] = lambda _: 100 * GB,
    models_changed: Callable[[], None] = lambda: None,
    speeds: dict[str, float] | None = None,
    knows_architecture: Callable[[str], bool] = lambda _: True,
    in_use: Callable[[str], bool] = lambda _: False,
    least_stretch_bytes: int = 16 * 1024 * 1024,
    **settings: object,
) -> AsyncGenerator[ModelStore]:
    """A store that trusts the hub's hashes, waits a fiftieth of the usual time between tries, and has no Starter."""
    chosen = ModelStoreSettings.model_validate(
        {"hub": beside.address, "silence_within": 1.0, "tries": 3, "starter": False, **settings}
    )
    models = catalogue or (a_catalogue_model(a_variant(beside)),)

    async def this_machine() -> Machine:
        return machine

    async with (
        aiohttp.ClientSession() as http,
        ModelStore(
            folder=folder,
            settings=chosen,
            http=http,
            machine=this_machine,
            speeds=lambda: speeds or {},
            knows_architecture=knows_architecture,
            in_use=in_use,
            catalogue=lambda _: Catalogue(models),
            free_bytes=free_bytes,
            models_changed=models_changed,
            least_stretch_bytes=least_stretch_bytes,
            hurry=0.02,
        ) as store,
    ):
        yield store


async def ended(store: ModelStore, download_id: str) -> Download:
    """The last state of a download, which must come soon."""
    async with asyncio.timeout(10), aclosing(store.downloads.follow(download_id)) as states:
        return [state async for state in states if state is not None][-1]
