"""What is there without anybody configuring it: a key in the environment, an Ollama next door."""

import asyncio
from datetime import datetime

import aiohttp

from arcano.providers.adapters.openai_compatible import OpenAICompatibleModel
from arcano.providers.connections import Connection, ConnectionId
from arcano.providers.errors import ProviderError
from arcano.providers.profiles import OLLAMA, OPENAI, profile_for
from arcano.providers.settings import ProviderSettings

OLLAMA_WITHIN_SECONDS = 2


def configured_connection(settings: ProviderSettings, *, now: datetime) -> Connection | None:
    """The connection that the environment describes, if it does."""
    if settings.openai_api_key is None and settings.openai_base_url is None:
        return None
    base_url = settings.openai_base_url or "https://api.openai.com/v1"
    key = settings.openai_api_key
    profile = profile_for(base_url)
    return Connection(
        id=ConnectionId("settings-openai"),
        name="OpenAI" if profile is OPENAI else _host(base_url),
        base_url=base_url,
        source="settings",
        created_at=now,
        key=key.get_secret_value() if key else None,
        profile=profile,
    )


async def look_for_ollama(
    settings: ProviderSettings, http: aiohttp.ClientSession, *, now: datetime
) -> Connection | None:
    """A connection to the Ollama on this machine, if one answers."""
    base_url = _with_scheme(settings.ollama_base_url).rstrip("/") + "/v1"
    connection = Connection(
        id=ConnectionId("discovered-ollama"),
        name="Ollama",
        base_url=base_url,
        source="discovered",
        created_at=now,
        profile=OLLAMA,
    )
    probe = OpenAICompatibleModel(
        name="Ollama", base_url=base_url, key=None, http=http, profile=OLLAMA
    )
    try:
        async with asyncio.timeout(OLLAMA_WITHIN_SECONDS):
            await probe.list_models()
    except (TimeoutError, ProviderError):
        return None
    return connection


def _with_scheme(address: str) -> str:
    return address if "://" in address else f"http://{address}"


def _host(base_url: str) -> str:
    return base_url.partition("://")[2].partition("/")[0] or base_url
