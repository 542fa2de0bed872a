"""Other people's models behind one interface."""

from arcano.providers.chat_model import ChatModel
from arcano.providers.connections import Connection, ConnectionId
from arcano.providers.directory import FoundModel, ModelDirectory
from arcano.providers.discover import configured_connection, look_for_ollama
from arcano.providers.errors import (
    ContextTooLongError,
    LocalEngineError,
    ModelFileError,
    ModelNotFoundError,
    ProviderError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
    StreamCutError,
)
from arcano.providers.events import (
    FinishReason,
    ModelEvent,
    ModelFinished,
    PhaseEntered,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
    TokenUsage,
    ToolCallDelta,
)
from arcano.providers.http import Providers, router
from arcano.providers.local import (
    LocalEngine,
    LocalModel,
    LocalModelFile,
    LocalModelFiles,
    LocalSettings,
    engine_problem,
    look_at_host,
)
from arcano.providers.model_list import ListedModel, ListProblem, LocalModels, ModelList
from arcano.providers.repository import ConnectionRepository
from arcano.providers.request import (
    ImagePart,
    ModelRequest,
    Parameters,
    RequestMessage,
    TextPart,
    ToolCallPart,
    ToolDefinition,
    ToolResultPart,
)
from arcano.providers.settings import ProviderSettings

__all__ = [
    "ChatModel",
    "Connection",
    "ConnectionId",
    "ConnectionRepository",
    "ContextTooLongError",
    "FinishReason",
    "FoundModel",
    "ImagePart",
    "ListProblem",
    "ListedModel",
    "LocalEngine",
    "LocalEngineError",
    "LocalModel",
    "LocalModelFile",
    "LocalModelFiles",
    "LocalModels",
    "LocalSettings",
    "ModelDirectory",
    "ModelEvent",
    "ModelFileError",
    "ModelFinished",
    "ModelList",
    "ModelNotFoundError",
    "ModelRequest",
    "Parameters",
    "PhaseEntered",
    "ProviderError",
    "ProviderOverloadedError",
    "ProviderRefusedKeyError",
    "ProviderRejectedRequestError",
    "ProviderSettings",
    "ProviderUnreachableError",
    "Providers",
    "ReasoningDelta",
    "RefusalDelta",
    "RequestMessage",
    "StreamCutError",
    "TextDelta",
    "TextPart",
    "TokenUsage",
    "ToolCallDelta",
    "ToolCallPart",
    "ToolDefinition",
    "ToolResultPart",
    "configured_connection",
    "engine_problem",
    "look_at_host",
    "look_for_ollama",
    "router",
]
