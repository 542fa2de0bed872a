"""The long tail of providers, through LiteLLM: an extra that is installed only where somebody wants it.

A model is named as LiteLLM names it, `vendor/model`, and cannot be asked for: connections name theirs.
LiteLLM is read when the first question comes, because that takes seconds. It is given the connection's own
key and nothing else: what it would find in the environment, or ask the cloud that the server runs in for,
would be billed to somebody who never said so.
"""

import asyncio
import importlib
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from importlib.util import find_spec
from typing import Any

import aiohttp
import orjson
from typing_extensions import override

from arcano.providers.adapters.openai_errors import error_from_answer
from arcano.providers.adapters.openai_request import chat_completion_body
from arcano.providers.adapters.openai_stream import ChatCompletionStream
from arcano.providers.chat_model import ChatModel
from arcano.providers.errors import (
    ContextTooLongError,
    ProviderError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
    StreamCutError,
)
from arcano.providers.events import CallAccepted, ModelEvent, ModelFinished
from arcano.providers.profiles import GENERIC
from arcano.providers.provider import ModelLister, OfferedModel, ParameterTaker
from arcano.providers.request import ModelRequest
from arcano.providers.takes import Takes

EACH_ITS_OWN = "https://litellm.ai"
"""The address that stands for every vendor's own."""

ANSWER_SECONDS = 600
_NO_KEY = "none"
"""Given where there is no key: with nothing at all LiteLLM looks into the environment."""

_CLOUDS = ("bedrock", "sagemaker", "vertex_ai", "azure_ai", "oci", "watsonx", "snowflake")
"""Vendors that LiteLLM reaches with whatever identity it finds on the machine."""


def is_installed() -> bool:
    return find_spec("litellm") is not None


class LiteLLMModel(ChatModel, ModelLister, ParameterTaker):
    """Whatever LiteLLM speaks to. `http` is not used: it brings its own."""

    def __init__(
        self, *, name: str, base_url: str, key: str | None, http: aiohttp.ClientSession
    ) -> None:
        del http
        self.name = name
        self._base_url = base_url.rstrip("/")
        self._key = key

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        if request.model.partition("/")[0] in _CLOUDS:
            raise ProviderRejectedRequestError(
                f"{request.model[:100]} would be asked in the name of the machine that this server runs on. "
                "Connect it through a server that takes a key."
            )
        library = await asyncio.to_thread(_library)
        answer = ChatCompletionStream(self.name, key=self._key)
        try:
            upstream = await library.acompletion(**self._question(request))
            yield CallAccepted(None)
            if request.whole:
                for event in answer.whole(upstream.model_dump()):
                    yield event
            else:
                async with aclosing(upstream) as chunks:
                    async for chunk in chunks:
                        for event in answer.feed(_framed(orjson.dumps(chunk.model_dump()))):
                            yield event
                for event in self._end(upstream, answer):
                    yield event
        except ProviderError:
            raise
        except Exception as failure:
            raise self._ours(failure) from failure
        yield _finished(answer, self._cut())

    def _end(self, upstream: Any, answer: ChatCompletionStream) -> list[ModelEvent]:
        """An answer that was cut is given an end that the vendor never sent; this is what it did send."""
        if upstream.received_finish_reason is None:
            raise self._cut()
        return answer.feed(_framed(b"[DONE]"))

    def _cut(self) -> StreamCutError:
        return StreamCutError(
            f"The connection to {self.name} ended in the middle of the answer. What had arrived is kept."
        )

    @override
    async def list_models(self) -> list[OfferedModel]:
        raise ProviderRejectedRequestError(
            f"{self.name} cannot be asked for its models. Name them in the connection, as `vendor/model`."
        )

    @override
    def takes(self, offered: OfferedModel) -> Takes:
        return Takes()

    def _question(self, request: ModelRequest) -> dict[str, Any]:
        asked = chat_completion_body(request, GENERIC)
        asked["stream"] = not request.whole
        return {
            **asked,
            "api_key": self._key or _NO_KEY,
            **({} if self._base_url == EACH_ITS_OWN else {"api_base": self._base_url}),
            "timeout": ANSWER_SECONDS,
            "max_retries": 0,
            "num_retries": 0,
            # What the vendor does not take is left out, as everywhere.
            "drop_params": True,
        }

    def _ours(self, failure: Exception) -> ProviderError:
        """What LiteLLM raises, by the name and the HTTP status that it gives to every vendor's errors."""
        kind = type(failure).__name__
        if kind == "ContextWindowExceededError":
            return ContextTooLongError(
                f"The conversation is longer than this model at {self.name} can take. "
                "Shorten it or choose a model with a larger context."
            )
        said = str(getattr(failure, "message", ""))
        # LiteLLM calls a connection that was refused an error of the server that is not there.
        if kind in ("Timeout", "APIConnectionError") or "Connection error" in said:
            return ProviderUnreachableError(
                f"{self.name} cannot be reached, or did not answer in time."
            )
        status = getattr(failure, "status_code", None)
        if not isinstance(status, int) or not 400 <= status < 600:
            return ProviderError(f"{self.name} failed in a way that LiteLLM does not explain.")
        if self._key:
            said = said.replace(self._key, "[key]")
        body = orjson.dumps({"error": {"message": said}})
        return error_from_answer(self.name, status=status, retry_after=None, body=body)


def _framed(data: bytes) -> bytes:
    return b"data: %b\n\n" % data


def _finished(answer: ChatCompletionStream, cut: StreamCutError) -> ModelFinished:
    if answer.failure is not None or answer.finished is None:
        raise answer.failure or cut
    return answer.finished


def _library() -> Any:
    """LiteLLM, told to keep to itself: no list of prices from the network, no `.env`, no reports."""
    # It can be told by its environment alone, and only before it is read.
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # noqa: TID251
    os.environ.setdefault("LITELLM_MODE", "PRODUCTION")  # noqa: TID251
    try:
        library: Any = importlib.import_module("litellm")
    except ImportError as missing:
        raise ProviderError(
            "LiteLLM is not installed on this server: install arcano with its extra `litellm`."
        ) from missing
    library.suppress_debug_info = True
    library.success_callback = library.failure_callback = library.callbacks = []
    return library
