"""Which waiting call runs next and where: routes, queue, fallback."""

from arcano.inference.ask_target import Surroundings
from arcano.inference.breaker import BreakerRules, BreakerState
from arcano.inference.cache.answer_cache import AnswerCache
from arcano.inference.cache.http import router as cache_router
from arcano.inference.cache.open_cache import answer_cache
from arcano.inference.cache.open_store import open_answer_store
from arcano.inference.cache.settings import CacheSettings
from arcano.inference.call import Call
from arcano.inference.complete_prompts import Completer, open_completer
from arcano.inference.embed_texts import Embedded, Embedder, EmbeddingCall
from arcano.inference.embeddings_http import router as embeddings_router
from arcano.inference.errors import (
    CannotEmbedError,
    QueueClientMissingError,
    QueueFullError,
    QueueUnavailableError,
)
from arcano.inference.events import (
    AnsweredFromCache,
    CacheKind,
    InferenceEvent,
    SwitchReason,
    TargetChosen,
    TargetSwitched,
    UsageCounted,
)
from arcano.inference.fair_queue import FairQueue
from arcano.inference.own_seals import maker_digest
from arcano.inference.queue import (
    Bounds,
    CallQueue,
    Place,
    Priority,
    QueueState,
    Ticket,
)
from arcano.inference.redis_queue import RedisQueue, expect_redis_client, shared_queue
from arcano.inference.retry import RetryRules
from arcano.inference.route_book.book import KeptRoutes
from arcano.inference.route_book.http import RouteDoors
from arcano.inference.route_book.http import router as routes_router
from arcano.inference.route_book.offer_routes import OfferedRoutes
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
from arcano.inference.run_call import Inference
from arcano.inference.settings import InferenceSettings
from arcano.inference.status.http import router as status_router
from arcano.inference.status.look import Lookout, QueueHealth, TargetState
from arcano.inference.targets import RecentFailure, Targets
from arcano.inference.tokens.calibration import Calibration, Calibrations, within_reason
from arcano.inference.tokens.count_tokens import TokenCount, TokenCounts
from arcano.inference.tokens.estimate_tokens import (
    MESSAGE_UNITS,
    message_units,
    text_units,
    tools_units,
)
from arcano.inference.tokens.keep_calibrations import CalibrationKeeper, kept_calibrations
from arcano.inference.tokens.windows import Chosen

__all__ = [
    "MESSAGE_UNITS",
    "AnswerCache",
    "AnsweredFromCache",
    "Bounds",
    "BreakerRules",
    "BreakerState",
    "CacheKind",
    "CacheSettings",
    "Calibration",
    "CalibrationKeeper",
    "Calibrations",
    "Call",
    "CallQueue",
    "CannotEmbedError",
    "Chosen",
    "Completer",
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
    "KeptRoutes",
    "Lookout",
    "MicroBatch",
    "OfferedRoutes",
    "Place",
    "Priority",
    "QueueClientMissingError",
    "QueueFullError",
    "QueueHealth",
    "QueueState",
    "QueueUnavailableError",
    "RecentFailure",
    "RedisQueue",
    "RetryRules",
    "Route",
    "RouteBook",
    "RouteDoors",
    "Surroundings",
    "SwitchReason",
    "Target",
    "TargetChosen",
    "TargetState",
    "TargetSwitched",
    "Targets",
    "Ticket",
    "Timeouts",
    "TokenCount",
    "TokenCounts",
    "UsageCounted",
    "answer_cache",
    "cache_router",
    "embeddings_router",
    "expect_redis_client",
    "kept_calibrations",
    "maker_digest",
    "message_units",
    "open_answer_store",
    "open_completer",
    "routes_router",
    "shared_queue",
    "status_router",
    "text_units",
    "tools_units",
    "within_reason",
]
