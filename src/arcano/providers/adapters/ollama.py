"""An Ollama, spoken to in its own words, so that its models can also be fetched, loaded and removed.

Source: Ollama API reference. How the window is chosen: `ollama_window.py`.
"""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

import aiohttp
import orjson
from typing_extensions import override

from arcano.providers.adapters.http_calls import HttpCalls
from arcano.providers.adapters.ollama_errors import error_from_ollama
from arcano.providers.adapters.ollama_pull import PullProgress, PullStream
from arcano.providers.adapters.ollama_request import (
    chat_body,
    refuse_forced_tools,
    takes_of,
    wire_duration,
)
from arcano.providers.adapters.ollama_shelf import ModelTraits, OllamaShelf, full_name
from arcano.providers.adapters.ollama_stream import OllamaChatStream, usage_of
from arcano.providers.adapters.ollama_window import window_for_texts, windows_for
from arcano.providers.adapters.wire_json import as_object
from arcano.providers.chat_model import ChatModel
from arcano.providers.errors import ContextTooLongError, StreamCutError
from arcano.providers.events import CallAccepted, ModelEvent, PhaseEntered
from arcano.providers.profiles import OLLAMA, Profile
from arcano.providers.provider import (
    EmbeddingModel,
    Embeddings,
    ModelLister,
    OfferedModel,
    ParameterTaker,
)
from arcano.providers.request import ModelRequest
from arcano.providers.takes import Takes

KEEP_FOR_EVER = timedelta(seconds=-1)
_HOSTED = "ollama.com"
_VECTORS = "a vector for each text"
_LOADED = "word that the model is loaded"


class OllamaModel(ChatModel, ModelLister, ParameterTaker, EmbeddingModel):
    """One Ollama, all its models. `http` is shared and lives longer.

    `name` is what errors call it. `base_url` ends where `/api` begins. `key` is for an Ollama behind
    a proxy, or ollama.com. `keep_alive` is how long a model stays in memory after a call; None is the
    server's own habit, `KEEP_FOR_EVER` until it is unloaded. Callers who speak its dialect are answered in our
    events: what only they can say are options, and those are passed on.
    """

    dialect: ClassVar[str | None] = "ollama"

    def __init__(
        self,
        *,
        name: str,
        base_url: str,
        key: str | None,
        http: aiohttp.ClientSession,
        profile: Profile = OLLAMA,
        keep_alive: timedelta | None = None,
    ) -> None:
        self.name = name
        self.profile = profile
        self._keep_alive = keep_alive
        self._calls = HttpCalls(
            name=name,
            base_url=base_url,
            key=key,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            http=http,
            explain=error_from_ollama,
        )
        host = urlsplit(base_url).hostname or ""
        self._shelf = OllamaShelf(self._calls, hosted=f".{host}".endswith(f".{_HOSTED}"))

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        refuse_forced_tools(self.name, request)
        traits = await self._shelf.traits(request.model)
        loaded = None if traits.remote else await self._shelf.in_memory()
        own_name = full_name(request.model)
        windows = windows_for(
            request,
            traits,
            loaded=loaded.get(own_name) if loaded else None,
            limit=self.profile.context_tokens,
        )
        if loaded is not None and loaded.get(own_name, 0) not in (None, windows[0]):
            yield PhaseEntered("model-loading")
        asking = self._first_window_that_fits(request, traits, windows)
        del request  # an answer may take an hour, and a long conversation is megabytes
        async with asking as response:
            yield CallAccepted(response.headers.get("X-Request-Id"))
            answer = OllamaChatStream(self.name, key=self._calls.key)
            async for chunk in response.content.iter_any():
                for event in answer.feed(chunk):
                    yield event
                if answer.failure or answer.finished:
                    break
            else:
                for event in answer.end():
                    yield event
            if answer.failure:
                raise answer.failure
            if answer.finished:
                yield answer.finished
                return
        raise self._calls.cut()

    @override
    def takes(self, offered: OfferedModel) -> Takes:
        return takes_of(offered)

    @override
    async def list_models(self) -> list[OfferedModel]:
        return await self._shelf.listed()

    @override
    async def embed(
        self, model: str, texts: tuple[str, ...], *, dimensions: int | None = None
    ) -> Embeddings:
        traits = await self._shelf.traits(model)
        loaded = None if traits.remote else await self._shelf.in_memory()
        window = window_for_texts(
            texts,
            traits,
            loaded=loaded.get(full_name(model)) if loaded else None,
            limit=self.profile.context_tokens,
        )
        body: dict[str, Any] = {"model": model, "input": texts, "truncate": False}
        if window is not None:
            body["options"] = {"num_ctx": window}
        if dimensions is not None:
            body["dimensions"] = dimensions
        answer = await self._asked("/api/embed", body, expected=_VECTORS)
        try:
            vectors = tuple(tuple(float(n) for n in vector) for vector in answer["embeddings"])
            usage = usage_of(answer)
        except (TypeError, ValueError, KeyError, AttributeError) as unexpected:
            raise self._calls.unexpected(_VECTORS) from unexpected
        if len(vectors) != len(texts) or len({len(vector) for vector in vectors}) > 1:
            raise self._calls.unexpected(_VECTORS)
        return Embeddings(vectors, usage)

    async def pull_model(self, model: str) -> AsyncGenerator[PullProgress]:
        """Fetch a model from the library, or go on where that was broken off.

        The last progress has the status `success`. Closing the generator breaks the pull off; what
        has arrived is kept.

        Raises:
            ModelNotFoundError: The library has no such model.
            StreamCutError: The connection broke; pull again.
            ProviderError: Anything else: no library, a full disk.
        """
        body = orjson.dumps({"model": model, "stream": True})
        async with self._calls.asking("POST", "/api/pull", body=body) as response:
            pull = PullStream(self.name, key=self._calls.key)
            async for chunk in response.content.iter_any():
                for progress in pull.feed(chunk):
                    yield progress
                if pull.failure:
                    raise pull.failure
            for progress in pull.end():
                yield progress
            if pull.failure:
                raise pull.failure
        if not pull.finished:
            raise StreamCutError(
                f"{self.name} stopped pulling {model} before its end. Pull it again to go on."
            )
        self._shelf.forget(model)

    async def load_model(self, model: str, *, context_tokens: int | None = None) -> None:
        """Bring a model into memory, with this window where one is given. Takes up to minutes.

        Raises:
            ProviderError: As for `stream`.
        """
        traits = await self._shelf.traits(model)
        body: dict[str, Any] = {"model": model}
        if context_tokens is not None:
            body["options"] = {"num_ctx": context_tokens}
        if traits.can("embeddings") and not traits.can("chat"):
            await self._asked("/api/embed", {**body, "input": []}, expected=_LOADED)
        else:
            # As every chat does: a model that may shift its window is loaded anew for one that may not.
            body |= {"messages": [], "stream": False, "shift": False}
            await self._asked("/api/chat", body, expected=_LOADED)

    async def unload_model(self, model: str) -> None:
        """Take a model out of memory. One that is not there stays away.

        Raises:
            ProviderError: As for `stream`.
        """
        body: dict[str, Any] = {"model": model, "messages": [], "stream": False, "keep_alive": 0}
        await self._asked("/api/chat", body, expected="word that the model is unloaded")

    async def delete_model(self, model: str) -> None:
        """Remove a model from the disk of the server.

        Raises:
            ModelNotFoundError: It is not there.
            ProviderError: As for `stream`.
        """
        self._shelf.forget(model)
        body = orjson.dumps({"model": model})
        async with self._calls.asking("DELETE", "/api/delete", body=body):
            pass

    async def version(self) -> str:
        """The version of the server.

        Raises:
            ProviderError: It could not be asked, or answered something else.
        """
        expected = "the version of an Ollama"
        answer = await self._calls.whole("GET", "/api/version", expected=expected)
        version = as_object(answer).get("version")
        if not isinstance(version, str):
            raise self._calls.unexpected(expected)
        return version[:100]

    @asynccontextmanager
    async def _first_window_that_fits(
        self, request: ModelRequest, traits: ModelTraits, windows: tuple[int | None, ...]
    ) -> AsyncGenerator[aiohttp.ClientResponse]:
        """The answer's beginning. A window that was too small is known before the first word."""
        async with AsyncExitStack() as stack:
            for window in windows:
                body = orjson.dumps(
                    chat_body(
                        request,
                        profile=self.profile,
                        traits=traits,
                        window=window,
                        keep_alive=self._keep_alive,
                    )
                )
                try:
                    asking = self._calls.asking("POST", "/api/chat", body=body, watched=True)
                    response = await stack.enter_async_context(asking)
                except ContextTooLongError:
                    if window == windows[-1]:
                        raise
                else:
                    del request, body
                    yield response
                    return

    async def _asked(self, path: str, body: dict[str, Any], *, expected: str) -> Any:
        if self._keep_alive is not None:
            body = {"keep_alive": wire_duration(self._keep_alive), **body}
        return await self._calls.whole("POST", path, body=orjson.dumps(body), expected=expected)
