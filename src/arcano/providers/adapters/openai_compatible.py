"""Any server that speaks OpenAI's chat completions: OpenAI, vLLM, llama.cpp, Ollama, LM Studio."""

from collections.abc import AsyncGenerator

import aiohttp
import orjson
from typing_extensions import override

from arcano.providers.adapters.http_calls import HttpCalls
from arcano.providers.adapters.openai_errors import error_from_answer
from arcano.providers.adapters.openai_request import chat_completion_body
from arcano.providers.adapters.openai_stream import ChatCompletionStream
from arcano.providers.chat_model import ChatModel
from arcano.providers.events import ModelEvent
from arcano.providers.profiles import GENERIC, Profile
from arcano.providers.provider import ModelLister, OfferedModel
from arcano.providers.request import ModelRequest

MAX_LIST_BYTES = 4 * 1024 * 1024


class OpenAICompatibleModel(ChatModel, ModelLister):
    """One server, all its models. `http` is shared and lives longer.

    `name` is what errors call it. `base_url` ends where `/chat/completions` begins.
    """

    def __init__(
        self,
        *,
        name: str,
        base_url: str,
        key: str | None,
        http: aiohttp.ClientSession,
        profile: Profile = GENERIC,
    ) -> None:
        self.name = name
        self.profile = profile
        self._calls = HttpCalls(
            name=name,
            base_url=base_url,
            key=key,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            http=http,
            explain=error_from_answer,
        )

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        body = orjson.dumps(chat_completion_body(request, self.profile))
        del request  # an answer may take an hour, and a long conversation is megabytes
        async with self._calls.asking("POST", "/chat/completions", body=body) as response:
            del body
            answer = ChatCompletionStream(self.name, key=self._calls.key)
            async for chunk in response.content.iter_any():
                for event in answer.feed(chunk):
                    yield event
                if answer.failure:
                    raise answer.failure
                if answer.finished:
                    yield answer.finished
                    return
        raise self._calls.cut()

    @override
    async def list_models(self) -> list[OfferedModel]:
        expected = "a list of models. The base URL usually ends in /v1"
        found = await self._calls.whole(
            "GET", "/models", expected=expected, limit_bytes=MAX_LIST_BYTES
        )
        try:
            return [OfferedModel(str(model["id"])) for model in found["data"] or ()]
        except (TypeError, KeyError) as unexpected:
            raise self._calls.unexpected(expected) from unexpected
