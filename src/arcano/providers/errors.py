"""What can go wrong at a provider, in our words. Adapters translate every vendor's error into these.

ProviderError                        502  it did something we cannot explain better
├── ProviderUnreachableError         503  no connection, or no answer in time
├── ProviderOverloadedError          503  it asked us to slow down
├── ProviderNotAllowedError          403  its address is one that the connection may not reach
├── ProviderRefusedKeyError          502  the key is wrong, revoked or not paid for
├── ProviderRejectedRequestError     422  it says the request is wrong
│   └── SealRefusedError             422  it does not take back what its model sealed
├── ContextTooLongError              422  more text than the model can take
├── StreamCutError                   502  the answer broke off; what came is kept
├── LocalEngineError                 503  the model on this machine stopped
│   ├── ModelFileError               422  the file is damaged, cut short or of an unknown kind
│   ├── ModelIsAnsweringError        409  it cannot be unloaded without ending answers
│   └── CannotQuantiseError          422  it cannot be stored in a smaller type
└── ModelNotFoundError               404  nobody here knows a model of that name
"""

from typing import ClassVar

from arcano.platform.errors import (
    ArcanoError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
)


class ProviderError(ArcanoError):
    """The provider failed in a way that we cannot explain better. Trying again may help.

    `request_id` is the provider's own name for the call, which its support asks for. `shared`: it is the
    failure of a call that several made together, and another of them counts it.
    """

    request_id: str | None = None
    shared: bool = False

    code: ClassVar[str] = "provider-error"
    status: ClassVar[int] = 502
    retryable: ClassVar[bool] = True


class ProviderUnreachableError(ProviderError):
    """No connection, or no answer in time. Check the address, or try again."""

    code: ClassVar[str] = "provider-unreachable"
    status: ClassVar[int] = 503
    retryable: ClassVar[bool] = True


class ProviderNotAllowedError(ProviderError):
    """The connection may not reach its provider's address. The message says who may allow it, or what is wrong."""

    code: ClassVar[str] = "provider-not-allowed"
    status: ClassVar[int] = 403
    retryable: ClassVar[bool] = False


class ProviderOverloadedError(ProviderError):
    """The provider asked us to slow down. Try again after `retry_after`."""

    code: ClassVar[str] = "provider-overloaded"
    status: ClassVar[int] = 503
    retryable: ClassVar[bool] = True


class ProviderRefusedKeyError(ProviderError):
    """The key is wrong, revoked, or may not use this model. Change it on the connections page."""

    code: ClassVar[str] = "provider-refused-key"
    status: ClassVar[int] = 502
    retryable: ClassVar[bool] = False


class ProviderRejectedRequestError(ProviderError):
    """The provider says that the request itself is wrong. Sending it again will not help."""

    code: ClassVar[str] = "provider-rejected-request"
    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False


class SealRefusedError(ProviderRejectedRequestError):
    """The provider does not take back a thought that was sealed before, perhaps for another account's key.

    Asking without seals helps, and is done once by itself.
    """

    code: ClassVar[str] = "provider-refused-seal"
    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False


class ContextTooLongError(ProviderError):
    """More text than the model can take. Shorten the conversation or choose another model."""

    code: ClassVar[str] = "context-too-long"
    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False


class StreamCutError(ProviderError):
    """The answer broke off before its end. What had arrived is kept; continue or try again."""

    code: ClassVar[str] = "stream-cut"
    status: ClassVar[int] = 502
    retryable: ClassVar[bool] = True


class EndUnmarkedError(StreamCutError):
    """The answer seems whole, but its server did not mark the end. If it never does, its connection can allow that."""

    code: ClassVar[str] = "end-unmarked"
    status: ClassVar[int] = 502
    retryable: ClassVar[bool] = True


class LocalEngineError(ProviderError):
    """The engine on this machine stopped or could not start. It is restarted by itself."""

    code: ClassVar[str] = "local-engine-failed"
    status: ClassVar[int] = 503
    retryable: ClassVar[bool] = True


class ModelFileError(LocalEngineError):
    """The model file is damaged, cut short or of an unknown kind. Download it again."""

    code: ClassVar[str] = "model-file-unusable"
    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False


class ModelIsAnsweringError(LocalEngineError):
    """The model is writing answers, which unloading it would end. Wait for them, or end them."""

    code: ClassVar[str] = "model-is-answering"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = True


class CannotQuantiseError(LocalEngineError):
    """The model cannot be stored in that smaller type, and the reason is said. Its own file is as it was."""

    code: ClassVar[str] = "cannot-quantise"
    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False


class ModelNotFoundError(ProviderError):
    """Nobody here knows a model of that name. Choose one from the list."""

    code: ClassVar[str] = "model-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class ConnectionNotFoundError(NotFoundError):
    """No such connection."""

    code: ClassVar[str] = "connection-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class QuantisationNotFoundError(NotFoundError):
    """There is no such job; it may have been of an earlier run of the server. Start it again."""

    code: ClassVar[str] = "quantisation-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class ConnectionIsConfiguredError(ConflictError):
    """It comes from the environment or was found on this machine. Change it there."""

    code: ClassVar[str] = "connection-is-configured"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class OwnKeysNotAllowedError(ArcanoError):
    """People may not bring keys of their own here, or not for this address. Ask whoever runs the server."""

    code: ClassVar[str] = "own-keys-not-allowed"
    status: ClassVar[int] = 403
    retryable: ClassVar[bool] = False


class ParameterNotTakenError(InvalidInputError):
    """The chosen model does not take this parameter, or not this value. Nothing was stored or asked."""

    code: ClassVar[str] = "parameter-not-taken"
    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False
