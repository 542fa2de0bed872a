"""The model files of this machine: which there are, which could be, and those on their way.

Knows nothing of engines; the wiring tells it what the machine has and shows it to the engine.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Self

import aiohttp

from arcano.modelstore.catalogue import Catalogue, CatalogueModel, Variant, read_catalogue
from arcano.modelstore.delete_model import delete_files
from arcano.modelstore.download import Download
from arcano.modelstore.downloads import Downloads, free_bytes_of
from arcano.modelstore.errors import (
    ModelFileInUseError,
    ModelFileNotFoundError,
    ModelStoreError,
    UnknownCatalogueModelError,
    UnknownVariantError,
    WrongHashError,
)
from arcano.modelstore.fetch_file import LEAST_STRETCH_BYTES, FileFetcher
from arcano.modelstore.find_models import ModelFinder
from arcano.modelstore.found_model import FoundModel
from arcano.modelstore.hub import Hub
from arcano.modelstore.hub_listing import HubRepository, list_repository
from arcano.modelstore.machine import Machine
from arcano.modelstore.order import Order
from arcano.modelstore.place_order import order_from_hub, order_variant, safe_name
from arcano.modelstore.recommend import calibrated, recommend
from arcano.modelstore.settings import ModelStoreSettings
from arcano.modelstore.starter import STARTER_FILE

Speeds = Mapping[str, float]
"""Tokens a second that models of this machine really wrote, by their ids."""


class ModelStore:
    """`async with` it for the life of the server; leaving stops the downloads and keeps what came.

    `folder` is DATA_DIR/models. `models_changed` is called when a model has come or gone. `machine` and
    `speeds` are asked anew each time. `knows_architecture` says whether the engine can load a kind of
    model; where nobody knows, it is left to the engine to say so. `in_use` says whether a model is loaded.
    `starter` is the file of the model that comes with Arcano; it need not be there.
    """

    def __init__(
        self,
        *,
        folder: Path,
        settings: ModelStoreSettings,
        http: aiohttp.ClientSession,
        machine: Callable[[], Awaitable[Machine]],
        speeds: Callable[[], Speeds] = dict[str, float],
        knows_architecture: Callable[[str], bool] = lambda _: True,
        in_use: Callable[[str], bool] = lambda _: False,
        models_changed: Callable[[], None] = lambda: None,
        catalogue: Callable[[Path], Catalogue] = read_catalogue,
        free_bytes: Callable[[Path], int] = free_bytes_of,
        least_stretch_bytes: int = LEAST_STRETCH_BYTES,
        hurry: float = 1.0,
        starter: Path = STARTER_FILE,
    ) -> None:
        self.hub = Hub(settings=settings, http=http)
        self.machine = machine
        self.speeds = speeds
        self.downloads = Downloads(
            folder=folder,
            fetcher=FileFetcher(
                hub=self.hub,
                free_bytes=free_bytes,
                tries=settings.tries,
                connections=settings.connections,
                least_stretch_bytes=least_stretch_bytes,
                hurry=hurry,
            ),
            installed=self._welcome,
            at_once=settings.downloads_at_once,
        )
        self._folder = folder
        self._free_bytes = free_bytes
        self._models_changed = models_changed
        self._in_use = in_use
        self._read_catalogue = catalogue
        self._starter = starter
        shipped = (starter.parent,) if settings.starter else ()
        self._finder = ModelFinder((folder, *settings.paths, *shipped), knows_architecture)
        self._found: dict[str, FoundModel] = {}
        self._looking = asyncio.Lock()

    async def __aenter__(self) -> Self:
        await self.downloads.__aenter__()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.downloads.__aexit__(*exception)

    async def catalogue(self) -> Catalogue:
        """What can be downloaded: the shipped models and the owner's own."""
        return await asyncio.to_thread(self._read_catalogue, self._folder.parent / "catalogue.toml")

    async def found(self) -> tuple[FoundModel, ...]:
        """The models that lie here now, in the order of their names. Looks at the disk.

        One of which some files are still to come is none yet: it is among the downloads.
        """
        async with self._looking:
            models = await asyncio.to_thread(self._look)
            self._found = {model.id: model for model in models}
        return models

    async def find(self, model_id: str) -> FoundModel | None:
        """The model of that id as its file is now; None where there is none."""
        known = self._found.get(model_id)
        if known is None or not await asyncio.to_thread(_is_as_seen, known):
            await self.found()
            known = self._found.get(model_id)
        return known

    async def start_download(self, catalogue_id: str, variant: str | None = None) -> Download:
        """Begin to fetch a model of the catalogue, or find it already under way.

        Without a `variant` the one that suits this machine best is taken.

        Raises:
            UnknownCatalogueModelError: The catalogue has none of that id.
            UnknownVariantError: The model has no such variant.
            HubRefusedError: The hub does not hold it any more.
            DiskFullError: There is not enough room for it.
        """
        model = await self._catalogue_model(catalogue_id)
        chosen = await self._chosen(model, variant)
        return await self.downloads.start(await order_variant(self.hub, model, chosen))

    async def start_hub_download(self, repository: str, name: str) -> Download:
        """Begin to fetch the model called `name` in any repository of the hub.

        Raises:
            UnknownRepositoryError: There is no such repository.
            UnknownVariantError: It holds no such model.
            DiskFullError: There is not enough room for it.
        """
        return await self.downloads.start(await order_from_hub(self.hub, repository, name))

    async def resume_download(self, download_id: str) -> Download:
        """Go on with one that rests or failed, from where it was.

        Where it failed because the hub has another file by now, it is ordered anew, and that one comes.

        Raises:
            DownloadNotFoundError: There is none of that id.
            DiskFullError: There is not enough room for what is still missing.
        """
        download = self.downloads.get(download_id)
        if download.error and download.error.code == WrongHashError.code:
            with suppress(ModelStoreError):  # then as it was ordered
                order = await self._order_anew(download)
                return await self.downloads.start(order)
        return await self.downloads.resume(download_id)

    async def look_up(self, repository: str) -> HubRepository:
        """What a repository of the hub holds. Raises as `list_repository`."""
        return await list_repository(self.hub, repository)

    async def delete(self, model_id: str) -> int:
        """Delete a model's files for good. Answers how many bytes are free again.

        Raises:
            ModelFileNotFoundError: None of that id lies here.
            ModelFileInUseError: It is loaded, comes anew, or lies in a folder that is only read.
        """
        model = await self.find(model_id)
        if model is None:
            raise ModelFileNotFoundError(
                f"No model {model_id!r} lies here. Look at the list again."
            )
        if self._in_use(model_id):
            raise ModelFileInUseError(f"{model.name} is loaded. Unload it, then delete it.")
        if self.downloads.fetches(model.files):
            raise ModelFileInUseError(
                f"{model.name} is on its way. Pause its download, or give it up, then delete it."
            )
        try:
            return await asyncio.to_thread(delete_files, model.files, below=self._folder)
        finally:
            # Some of its files may have gone where the system refused the others.
            await self.found()
            self._models_changed()

    async def installed(self) -> frozenset[tuple[str, str]]:
        """The catalogue's variants that lie here complete: pairs of model id and quantisation."""
        here = {model.path.name: model for model in await self.found() if model.problem is None}
        return frozenset(
            (model.id, variant.quantisation)
            for model in (await self.catalogue()).models
            for variant in model.variants
            if (file := here.get(safe_name(variant.files[0])))
            and variant.size_bytes in (None, file.size_bytes)
        )

    def seen(self) -> tuple[FoundModel, ...]:
        """The models as they were when last looked for."""
        return tuple(self._found.values())

    def is_ours(self, model: FoundModel) -> bool:
        """Whether its files lie where Arcano stores models, so that it may delete them."""
        return model.path.is_relative_to(self._folder)

    def is_starter(self, model_id: str) -> bool:
        """Whether it is the model that comes with Arcano, as far as was looked."""
        known = self._found.get(model_id)
        return known is not None and known.path == self._starter

    def disk(self) -> tuple[int, int]:
        """The bytes that are free on the disk of the models, and all of it. Blocks."""
        return self._free_bytes(self._folder), shutil.disk_usage(self._folder).total

    def _look(self) -> tuple[FoundModel, ...]:
        return tuple(
            self._named(model)
            for model in self._finder.find()
            if not (model.problem and self.downloads.lack_of(model.files))
        )

    def _named(self, model: FoundModel) -> FoundModel:
        """Ours by its name alone: nobody chooses between kinds of it."""
        return replace(model, name="Starter") if model.path == self._starter else model

    async def _order_anew(self, download: Download) -> Order:
        if download.catalogue_id is None:
            return await order_from_hub(self.hub, download.repo, download.name)
        model = await self._catalogue_model(download.catalogue_id)
        return await order_variant(self.hub, model, await self._chosen(model, download.variant))

    async def _catalogue_model(self, catalogue_id: str) -> CatalogueModel:
        models = (await self.catalogue()).models
        model = next((model for model in models if model.id == catalogue_id), None)
        if model is None:
            raise UnknownCatalogueModelError(
                f"The catalogue has no model {catalogue_id!r}. Choose one from the list."
            )
        return model

    async def _chosen(self, model: CatalogueModel, quantisation: str | None) -> Variant:
        if quantisation is None:
            machine = calibrated(
                await self.machine(), (await self.catalogue()).models, self.speeds()
            )
            best = recommend(model, machine)
            return best.variant if best else model.variants[0]
        variant = model.variant(quantisation)
        if variant is None:
            raise UnknownVariantError(f"{model.name} has no variant {quantisation!r}.")
        return variant

    async def _welcome(self, path: Path) -> str | None:
        models = await self.found()
        self._models_changed()
        return next((model.id for model in models if model.path == path), None)


def _is_as_seen(model: FoundModel) -> bool:
    """Whether the file is still what its description was read from. A cheap look for every turn."""
    try:
        size = model.path.stat().st_size
    except OSError:
        return False
    # A split model has more bytes than its first file; its files do not change once they are whole.
    return model.problem is None and size <= model.size_bytes
