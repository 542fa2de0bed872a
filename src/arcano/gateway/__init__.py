"""Doors for programs: every model, in the words of the vendors' APIs."""

from arcano.gateway.anthropic.http import router as anthropic_router
from arcano.gateway.ask import Gateway
from arcano.gateway.gemini.http import router as gemini_router
from arcano.gateway.ollama.http import router as ollama_router
from arcano.gateway.openai.http import router as openai_router

ROUTERS = (openai_router, anthropic_router, ollama_router, gemini_router)
"""All doors for programs. Each of their routes is a hot one."""

__all__ = ["ROUTERS", "Gateway"]
