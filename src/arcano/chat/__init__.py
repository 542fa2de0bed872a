"""Conversations: asked, answered, never lost."""

from arcano.chat.doors import Chat
from arcano.chat.events import TurnEvent
from arcano.chat.http import hot_router, router
from arcano.chat.keep_turns import TurnKeeper
from arcano.chat.looks_http import router as looks_router
from arcano.chat.notices import Notice, Notices
from arcano.chat.ratings_http import router as ratings_router
from arcano.chat.sharing_http import router as sharing_router
from arcano.chat.socket import router as socket_router
from arcano.chat.turn_runner import TurnRunner

__all__ = [
    "Chat",
    "Notice",
    "Notices",
    "TurnEvent",
    "TurnKeeper",
    "TurnRunner",
    "hot_router",
    "looks_router",
    "ratings_router",
    "router",
    "sharing_router",
    "socket_router",
]
