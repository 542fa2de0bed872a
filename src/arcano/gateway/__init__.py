"""Doors for programs: every model, in the words of the vendors' APIs."""

from arcano.gateway.anthropic.http import router as anthropic_router
from arcano.gateway.ask import Gateway
from arcano.gateway.gemini.http import router as gemini_router
from arcano.gateway.ollama.http import router as ollama_router
from arcano.gateway.openai.http import router as openai_router
from arcano.gateway.openai.responses.http import router as responses_router
from arcano.gateway.openai.responses.run_in_background import BackgroundResponses
from arcano.gateway.openai.responses.stored_responses import StoredResponses
from arcano.gateway.settings import GatewaySettings

ROUTERS = (
    openai_router,
    responses_router,
    anthropic_router,
    ollama_router,
    gemini_router,
)
"""All doors for programs. Each of their routes is a hot one."""

__all__ = ["ROUTERS", "BackgroundResponses", "Gateway", "GatewaySettings", "StoredResponses"]
