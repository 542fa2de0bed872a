"""Which models an Ollama has, what each can do, and which of them are in memory. It answers nothing itself.

Source: Ollama API reference, "List local models" (`/api/tags`), "Show model information" (`/api/show`)
and "List running models" (`/api/ps`).
"""

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from arcano.providers.adapters.http_calls import HttpCalls
from arcano.providers.adapters.wire_json import as_count, as_list, as_object
from arcano.providers.errors import (
    ModelNotFoundError,
    ProviderError,
    ProviderUnreachableError,
)
from arcano.providers.provider import OfferedModel

MAX_BYTES = 16 * 1024 * 1024
"""`/api/show` quotes licences, templates and the name of every tensor."""

SHOWN_AT_ONCE = 8
DETAILS_WITHIN = timedelta(seconds=5)
REMEMBER_SECONDS = 300

_CAPABILITIES = {
    "completion": "chat",
    "vision": "images",
    "tools": "tools",
    "thinking": "reasoning",
    "embedding": "embeddings",
}
_WINDOW_IN_MODELFILE = re.compile(r"^num_ctx\s+(\d{1,9})\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ModelTraits:
    """What Ollama says of one model; None where it does not say.

    `window_tokens` is the `num_ctx` of its Modelfile. `remote`: it runs at ollama.com, not here.
    """

    context_tokens: int | None = None
    capabilities: frozenset[str] | None = None
    family: str = ""
    window_tokens: int | None = None
    remote: bool = False

    def can(self, capability: str) -> bool:
        return self.capabilities is not None and capability in self.capabilities


@dataclass(frozen=True, slots=True)
class _Known:
    traits: ModelTraits
    digest: str
    until: float


class OllamaShelf:
    """The models of one Ollama. Remembers what a model is, never what is in memory.

    `hosted`: it is ollama.com itself, where nothing is loaded. `details_within`: how long a list may
    wait for details; a model whose details are late is listed without them. `now` counts seconds.
    """

    def __init__(
        self,
        calls: HttpCalls,
        *,
        hosted: bool = False,
        details_within: timedelta = DETAILS_WITHIN,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._calls = calls
        self._hosted = hosted
        self._details_within = details_within.total_seconds()
        self._now = now
        self._known: dict[str, _Known] = {}

    async def listed(self) -> list[OfferedModel]:
        """Every model on disk, with what it can do and whether it is in memory.

        Raises:
            ProviderError: There is no list.
        """
        expected = "a list of models. The base URL is usually http://127.0.0.1:11434"
        answer = await self._calls.whole(
            "GET", "/api/tags", expected=expected, limit_bytes=MAX_BYTES
        )
        try:
            tags = {str(model["name"]): as_object(model) for model in answer["models"] or ()}
        except (TypeError, KeyError) as unexpected:
            raise self._calls.unexpected(expected) from unexpected
        loaded = await self.in_memory()
        traits = await self._traits_of(tags)
        return [
            _offered(name, tag, traits=traits[name], loaded=loaded) for name, tag in tags.items()
        ]

    async def in_memory(self) -> dict[str, int | None] | None:
        """The window of each loaded model, by `full_name`; None where the server does not say.

        Raises:
            ProviderUnreachableError: Nobody is there.
        """
        if self._hosted:
            return None
        try:
            answer = await self._calls.whole("GET", "/api/ps", limit_bytes=MAX_BYTES)
            return {
                full_name(str(model["name"])): as_count(model.get("context_length")) or None
                for model in answer["models"] or ()
            }
        except ProviderUnreachableError:
            raise
        except (ProviderError, TypeError, KeyError, AttributeError):
            return None

    async def traits(self, name: str, *, digest: str = "") -> ModelTraits:
        """What the model is; nothing but where it runs where the server does not say.

        Remembered as long as the model has this `digest`, and without one for a while.

        Raises:
            ModelNotFoundError: It is not here, but may be pulled.
            ProviderUnreachableError: Nobody is there.
        """
        known = self._known.get(full_name(name))
        if known and (known.digest == digest if digest else known.until > self._now()):
            return known.traits
        try:
            shown = await self._calls.whole(
                "POST", "/api/show", body=orjson.dumps({"model": name}), limit_bytes=MAX_BYTES
            )
        except (ModelNotFoundError, ProviderUnreachableError):
            raise
        except ProviderError:
            # What is wrong is said better by the call that was meant.
            return ModelTraits(remote=self._hosted)
        traits = _traits_from_show(shown, hosted=self._hosted)
        self._known[full_name(name)] = _Known(traits, digest, self._now() + REMEMBER_SECONDS)
        return traits

    def forget(self, name: str) -> None:
        """Something was done to the model: ask again."""
        self._known.pop(full_name(name), None)

    async def _traits_of(self, tags: dict[str, dict[str, Any]]) -> dict[str, ModelTraits]:
        """What each model is. Newer servers say it in their list, older ones one by one."""
        for gone in self._known.keys() - {full_name(name) for name in tags}:
            del self._known[gone]
        traits = {name: _traits_from_tag(tag, hosted=self._hosted) for name, tag in tags.items()}
        places = asyncio.Semaphore(SHOWN_AT_ONCE)

        async def ask(name: str) -> None:
            async with places:
                with suppress(ProviderError):
                    digest = str(tags[name].get("digest") or "")
                    traits[name] = await self.traits(name, digest=digest)

        with suppress(TimeoutError):
            async with asyncio.timeout(self._details_within), asyncio.TaskGroup() as tasks:
                for name, said in traits.items():
                    if said.capabilities is None or not said.context_tokens:
                        tasks.create_task(ask(name))
        return traits


def full_name(name: str) -> str:
    """The name under which Ollama lists a model that is asked for by this one."""
    name = name.lower()
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def _traits_from_show(shown: Any, *, hosted: bool) -> ModelTraits:
    fields = as_object(shown)
    facts = as_object(fields.get("model_info"))
    architecture = facts.get("general.architecture")
    parameters = fields.get("parameters")
    window = _WINDOW_IN_MODELFILE.search(parameters) if isinstance(parameters, str) else None
    remote = hosted or bool(fields.get("remote_host"))
    return ModelTraits(
        context_tokens=as_count(facts.get(f"{architecture}.context_length")),
        capabilities=_capabilities(fields.get("capabilities"), remote=remote),
        family=str(as_object(fields.get("details")).get("family") or ""),
        window_tokens=int(window[1]) if window else None,
        remote=remote,
    )


def _traits_from_tag(tag: dict[str, Any], *, hosted: bool) -> ModelTraits:
    details = as_object(tag.get("details"))
    remote = hosted or bool(tag.get("remote_host"))
    return ModelTraits(
        context_tokens=as_count(details.get("context_length")),
        capabilities=_capabilities(tag.get("capabilities"), remote=remote),
        family=str(details.get("family") or ""),
        remote=remote,
    )


def _offered(
    name: str, tag: dict[str, Any], *, traits: ModelTraits, loaded: dict[str, int | None] | None
) -> OfferedModel:
    return OfferedModel(
        name,
        context_tokens=traits.context_tokens or None,
        capabilities=traits.capabilities,
        loaded=None if loaded is None or traits.remote else full_name(name) in loaded,
        size_bytes=as_count(tag.get("size")),
    )


def _capabilities(said: Any, *, remote: bool) -> frozenset[str] | None:
    """In our words. Any model that writes writes JSON to a schema, but not at ollama.com."""
    words = {str(word) for word in as_list(said)}
    if not words:
        return None
    ours = {_CAPABILITIES[word] for word in words & _CAPABILITIES.keys()}
    if "chat" in ours and not remote:
        ours.add("json-schema")
    return frozenset(ours)
