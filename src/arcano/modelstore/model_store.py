"""The model files of this machine: which there are, which could be, and those on their way.

Knows nothing of engines; the wiring tells it what the machine has and shows it to the engine.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import aiohttp

from arcano.modelstore.catalogue import CATALOGUE, CatalogueModel
from arcano.modelstore.download import Download
from arcano.modelstore.downloads import Downloads, free_bytes_of
from arcano.modelstore.errors import UnknownCatalogueModelError
from arcano.modelstore.find_models import ModelFinder
from arcano.modelstore.found_model import FoundModel
from arcano.modelstore.hub import Hub
from arcano.modelstore.machine import Machine
from arcano.modelstore.settings import ModelStoreSettings


class ModelStore:
    """`async with` it for the life of the server; leaving stops the downloads and keeps what came.

    `folder` is DATA_DIR/models. `models_changed` is called when a model has come.
    """

    def __init__(
        self,
        *,
        folder: Path,
        settings: ModelStoreSettings,
        http: aiohttp.ClientSession,
        machine: Callable[[], Machine],
        models_changed: Callable[[], None] = lambda: None,
        catalogue: Sequence[CatalogueModel] = CATALOGUE,
        free_bytes: Callable[[Path], int] = free_bytes_of,
        hurry: float = 1.0,
    ) -> None:
        self.catalogue = tuple(catalogue)
        self.hub_address = settings.hub
        self.machine = machine
        self.downloads = Downloads(
            folder=folder,
            hub=Hub(settings=settings, http=http),
            hub_address=settings.hub,
            tries=settings.tries,
            installed=self._welcome,
            free_bytes=free_bytes,
            hurry=hurry,
        )
        self._folder = folder
        self._free_bytes = free_bytes
        self._models_changed = models_changed
        self._finder = ModelFinder((folder, *settings.paths))
        self._found: dict[str, FoundModel] = {}
        self._looking = asyncio.Lock()

    async def __aenter__(self) -> Self:
        await self.downloads.__aenter__()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.downloads.__aexit__(*exception)

    async def found(self) -> Sequence[FoundModel]:
        """The models that lie here now, in the order of their names. Looks at the disk."""
        async with self._looking:
            models = await asyncio.to_thread(self._finder.find)
            self._found = {model.id: model for model in models}
        return models

    async def find(self, model_id: str) -> FoundModel | None:
        """The model of that id as its file is now; None where there is none."""
        known = self._found.get(model_id)
        if known is None or not await asyncio.to_thread(_is_as_seen, known):
            await self.found()
            known = self._found.get(model_id)
        return known

    def start_download(self, catalogue_id: str) -> Download:
        """Begin to fetch a model of the catalogue, or find it already under way.

        Raises:
            UnknownCatalogueModelError: The catalogue has none of that id.
            DiskFullError: There is not enough room for it.
        """
        for model in self.catalogue:
            if model.id == catalogue_id:
                return self.downloads.start(model)
        raise UnknownCatalogueModelError(
            f"The catalogue has no model {catalogue_id!r}. Choose one from the list."
        )

    async def installed(self) -> frozenset[str]:
        """The ids of the catalogue's models that lie here, complete, in any of the folders."""
        names = {
            (model.path.name, model.size_bytes)
            for model in await self.found()
            if model.problem is None
        }
        return frozenset(
            model.id for model in self.catalogue if (model.file_name, model.size_bytes) in names
        )

    def free_disk_bytes(self) -> int:
        return self._free_bytes(self._folder)

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
