"""Model files: which lie on this disk, which can be downloaded, and those that are on their way."""

from arcano.modelstore.catalogue import CATALOGUE, CatalogueModel
from arcano.modelstore.download import Download, DownloadFailure, DownloadStatus
from arcano.modelstore.errors import (
    DiskFullError,
    DownloadNotFoundError,
    HashUnknownError,
    HubBusyError,
    HubRefusedError,
    HubUnreachableError,
    ModelStoreError,
    UnknownCatalogueModelError,
    UnreadableModelFileError,
    UnsafeRedirectError,
    WrongHashError,
)
from arcano.modelstore.found_model import FoundModel
from arcano.modelstore.http import router
from arcano.modelstore.machine import Machine
from arcano.modelstore.model_store import ModelStore
from arcano.modelstore.settings import ModelStoreSettings

__all__ = [
    "CATALOGUE",
    "CatalogueModel",
    "DiskFullError",
    "Download",
    "DownloadFailure",
    "DownloadNotFoundError",
    "DownloadStatus",
    "FoundModel",
    "HashUnknownError",
    "HubBusyError",
    "HubRefusedError",
    "HubUnreachableError",
    "Machine",
    "ModelStore",
    "ModelStoreError",
    "ModelStoreSettings",
    "UnknownCatalogueModelError",
    "UnreadableModelFileError",
    "UnsafeRedirectError",
    "WrongHashError",
    "router",
]
