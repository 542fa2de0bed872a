"""What is there without anybody configuring it: a key in the environment, an Ollama next door."""

import asyncio
from datetime import datetime

import aiohttp
from pydantic import SecretStr

from arcano.providers.adapters.ollama import OllamaModel
from arcano.providers.connections import Connection, ConnectionId
from arcano.providers.errors import ProviderError
from arcano.providers.kinds import KINDS, ConnectionKind
from arcano.providers.settings import ProviderSettings

OLLAMA_WITHIN_SECONDS = 2
OPENAI_BASE_URL = "https://api.openai.com/v1"


def configured_connections(settings: ProviderSettings, *, now: datetime) -> list[Connection]:
    """The connections that the environment describes: OpenAI's first, as it was always."""
    return [
        *_openai(settings, now),
        *_vendor("anthropic", settings.anthropic_api_key, settings.anthropic_base_url, now),
        *_vendor("mistral", settings.mistral_api_key, settings.mistral_base_url, now),
        *_vendor("gemini", settings.gemini_api_key, settings.gemini_base_url, now),
    ]


def _openai(settings: ProviderSettings, now: datetime) -> list[Connection]:
    if settings.openai_api_key is None and settings.openai_base_url is None:
        return []
    base_url = settings.openai_base_url or OPENAI_BASE_URL
    key = settings.openai_api_key
    return [
        Connection(
            id=ConnectionId("settings-openai"),
            kind="openai-compatible",
            name="OpenAI" if base_url.startswith("https://api.openai.com") else _host(base_url),
            base_url=base_url,
            source="settings",
            created_at=now,
            key=key.get_secret_value() if key else None,
            private_addresses=True,
        )
    ]


def _vendor(
    kind: ConnectionKind, key: SecretStr | None, base_url: str | None, now: datetime
) -> list[Connection]:
    """A vendor whose key is known. An address alone is not enough: these servers want a key."""
    if key is None:
        return []
    return [
        Connection(
            id=ConnectionId(f"settings-{kind}"),
            kind=kind,
            name=KINDS[kind].label,
            base_url=base_url or KINDS[kind].base_url or "",
            source="settings",
            created_at=now,
            key=key.get_secret_value(),
            private_addresses=True,
        )
    ]


async def look_for_ollama(
    settings: ProviderSettings, http: aiohttp.ClientSession, *, now: datetime
) -> Connection | None:
    """A connection to the Ollama on this machine, if one answers."""
    connection = Connection(
        id=ConnectionId("discovered-ollama"),
        kind="ollama",
        name="Ollama",
        base_url=_with_scheme(settings.ollama_base_url).rstrip("/"),
        source="discovered",
        created_at=now,
        private_addresses=True,
    )
    ollama = OllamaModel(name=connection.name, base_url=connection.base_url, key=None, http=http)
    try:
        async with asyncio.timeout(OLLAMA_WITHIN_SECONDS):
            await ollama.version()
    except (TimeoutError, ProviderError):
        return None
    return connection


def _with_scheme(address: str) -> str:
    return address if "://" in address else f"http://{address}"


def _host(base_url: str) -> str:
    return base_url.partition("://")[2].partition("/")[0] or base_url
