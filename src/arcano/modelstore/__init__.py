"""Model files: which lie on this disk, which can be downloaded, and those that are on their way."""

from arcano.modelstore.catalogue import Catalogue, CatalogueModel, Variant, shipped_catalogue
from arcano.modelstore.download import Download, DownloadFailure, DownloadStatus
from arcano.modelstore.errors import (
    DiskFullError,
    DownloadNotFoundError,
    HashUnknownError,
    HubBusyError,
    HubNotAllowedError,
    HubRefusedError,
    HubUnreachableError,
    ModelFileInUseError,
    ModelFileNotFoundError,
    ModelStoreError,
    UnknownCatalogueModelError,
    UnknownRepositoryError,
    UnknownVariantError,
    UnreadableModelFileError,
    UnsafeRedirectError,
    WrongHashError,
)
from arcano.modelstore.found_model import FoundModel
from arcano.modelstore.http import router
from arcano.modelstore.machine import Device, Machine
from arcano.modelstore.model_store import ModelStore
from arcano.modelstore.settings import ModelStoreSettings

__all__ = [
    "Catalogue",
    "CatalogueModel",
    "Device",
    "DiskFullError",
    "Download",
    "DownloadFailure",
    "DownloadNotFoundError",
    "DownloadStatus",
    "FoundModel",
    "HashUnknownError",
    "HubBusyError",
    "HubNotAllowedError",
    "HubRefusedError",
    "HubUnreachableError",
    "Machine",
    "ModelFileInUseError",
    "ModelFileNotFoundError",
    "ModelStore",
    "ModelStoreError",
    "ModelStoreSettings",
    "UnknownCatalogueModelError",
    "UnknownRepositoryError",
    "UnknownVariantError",
    "UnreadableModelFileError",
    "UnsafeRedirectError",
    "Variant",
    "WrongHashError",
    "router",
    "shipped_catalogue",
]
