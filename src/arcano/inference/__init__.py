"""Which waiting call runs next and where: routes, queue, fallback."""

from arcano.inference.ask_target import Surroundings
from arcano.inference.breaker import BreakerRules, BreakerState
from arcano.inference.call import Call
from arcano.inference.embed_texts import Embedded, Embedder, EmbeddingCall
from arcano.inference.embeddings_http import router as embeddings_router
from arcano.inference.errors import CannotEmbedError, QueueFullError, QueueUnavailableError
from arcano.inference.events import (
    InferenceEvent,
    SwitchReason,
    TargetChosen,
    TargetSwitched,
    UsageCounted,
)
from arcano.inference.fair_queue import FairQueue
from arcano.inference.queue import (
    Bounds,
    CallQueue,
    Place,
    Priority,
    QueueState,
    Ticket,
)
from arcano.inference.redis_queue import RedisQueue, shared_queue
from arcano.inference.retry import RetryRules
from arcano.inference.routes import (
    Conditions,
    Fallback,
    FixedRoutes,
    MicroBatch,
    Route,
    RouteBook,
    Target,
    Timeouts,
)
from arcano.inference.run_call import Chosen, Inference
from arcano.inference.settings import InferenceSettings
from arcano.inference.targets import RecentFailure, Targets, TargetState

__all__ = [
    "Bounds",
    "BreakerRules",
    "BreakerState",
    "Call",
    "CallQueue",
    "CannotEmbedError",
    "Chosen",
    "Conditions",
    "Embedded",
    "Embedder",
    "EmbeddingCall",
    "FairQueue",
    "Fallback",
    "FixedRoutes",
    "Inference",
    "InferenceEvent",
    "InferenceSettings",
    "MicroBatch",
    "Place",
    "Priority",
    "QueueFullError",
    "QueueState",
    "QueueUnavailableError",
    "RecentFailure",
    "RedisQueue",
    "RetryRules",
    "Route",
    "RouteBook",
    "Surroundings",
    "SwitchReason",
    "Target",
    "TargetChosen",
    "TargetState",
    "TargetSwitched",
    "Targets",
    "Ticket",
    "Timeouts",
    "UsageCounted",
    "embeddings_router",
    "shared_queue",
]
