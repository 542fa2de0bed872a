"""What can go wrong with model files.

ModelStoreError                  500  (never raised itself)
├── UnknownCatalogueModelError   404  the catalogue has no such model
├── UnknownVariantError          404  the model has no such variant
├── UnknownRepositoryError       404  the hub has no such repository
├── DownloadNotFoundError        404  there is no such download
├── ModelFileNotFoundError       404  no such model lies here
├── ModelFileInUseError          409  it is loaded, or not ours to delete
├── UnreadableModelFileError     422  the file is no usable GGUF
├── DiskFullError                507  not enough free space; what came is kept
├── HubUnreachableError          503  no connection, or it broke again and again
├── HubBusyError                 503  the hub asks to slow down
├── HubRefusedError              502  the hub has no such file, or does not give it to us
├── HubNotAllowedError           502  it is, or sends us, where the server does not connect to
├── UnsafeRedirectError          502  the hub sends us where we do not go
├── HashUnknownError             502  nobody says what the file's hash should be
└── WrongHashError               502  what came is not what was promised; it was deleted
"""

from typing import ClassVar

from arcano.platform.errors import ArcanoError


class ModelStoreError(ArcanoError):
    """Something is wrong with a model file or its download."""

    code: ClassVar[str] = "model-store-error"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False


class UnknownCatalogueModelError(ModelStoreError):
    """The catalogue has no model of that id. Choose one from the list."""

    code: ClassVar[str] = "catalogue-model-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class UnknownVariantError(ModelStoreError):
    """The model has no such variant. Choose one from the list."""

    code: ClassVar[str] = "variant-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class UnknownRepositoryError(ModelStoreError):
    """The hub has no repository of that name, or does not show it to everybody. Check the name."""

    code: ClassVar[str] = "repository-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class ModelFileNotFoundError(ModelStoreError):
    """No model of that id lies on this machine. Look at the list again."""

    code: ClassVar[str] = "model-file-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class ModelFileInUseError(ModelStoreError):
    """The model is loaded, or lies in a folder that is only read. Unload it, or delete it there."""

    code: ClassVar[str] = "model-file-in-use"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = True


class DownloadNotFoundError(ModelStoreError):
    """There is no such download; it may have been of an earlier run of the server. Start it again."""

    code: ClassVar[str] = "download-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class UnreadableModelFileError(ModelStoreError):
    """The file is damaged, cut short, or no GGUF at all. Download it again."""

    code: ClassVar[str] = "model-file-unreadable"
    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False


class DiskFullError(ModelStoreError):
    """Not enough free space. Free some, then start the download again; what came is kept."""

    code: ClassVar[str] = "disk-full"
    status: ClassVar[int] = 507
    retryable: ClassVar[bool] = False


class HubUnreachableError(ModelStoreError):
    """The hub could not be reached, or the connection broke again and again. Try again later."""

    code: ClassVar[str] = "hub-unreachable"
    status: ClassVar[int] = 503
    retryable: ClassVar[bool] = True


class HubBusyError(ModelStoreError):
    """The hub asks to slow down. Try again after `retry_after`."""

    code: ClassVar[str] = "hub-busy"
    status: ClassVar[int] = 503
    retryable: ClassVar[bool] = True


class HubRefusedError(ModelStoreError):
    """The hub does not have this file, or does not give it to us. Choose another model or hub."""

    code: ClassVar[str] = "hub-refused"
    status: ClassVar[int] = 502
    retryable: ClassVar[bool] = False


class HubNotAllowedError(ModelStoreError):
    """The way to the file leads where downloads may not go. If it is yours: `modelstore.private_addresses`."""

    code: ClassVar[str] = "hub-not-allowed"
    status: ClassVar[int] = 502
    retryable: ClassVar[bool] = False


class UnsafeRedirectError(ModelStoreError):
    """The hub sends us to an address without encryption. Check the hub's address in the settings."""

    code: ClassVar[str] = "unsafe-redirect"
    status: ClassVar[int] = 502
    retryable: ClassVar[bool] = False


class HashUnknownError(ModelStoreError):
    """Neither the catalogue nor the hub says what the file's hash should be, so it is not taken."""

    code: ClassVar[str] = "hash-unknown"
    status: ClassVar[int] = 502
    retryable: ClassVar[bool] = False


class WrongHashError(ModelStoreError):
    """What came is not what was promised, and was deleted. Trying again loads it anew."""

    code: ClassVar[str] = "wrong-hash"
    status: ClassVar[int] = 502
    retryable: ClassVar[bool] = True
