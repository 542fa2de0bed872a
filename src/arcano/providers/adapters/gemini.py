"""Google's Gemini API: `generateContent`, streamed and whole, its models, embeddings and counts."""

import asyncio
import re
from collections.abc import AsyncGenerator
from typing import Any, ClassVar
from urllib.parse import quote

import aiohttp
import orjson
from typing_extensions import override

from arcano.providers.adapters.gemini_embeddings import embeddings_body, read_embeddings
from arcano.providers.adapters.gemini_errors import gemini_error
from arcano.providers.adapters.gemini_list import next_page, offered_models
from arcano.providers.adapters.gemini_models import takes_of
from arcano.providers.adapters.gemini_passed import PassedContent, passed_body
from arcano.providers.adapters.gemini_request import counted_body, generate_content_body
from arcano.providers.adapters.gemini_stream import GeminiStream
from arcano.providers.adapters.http_calls import HttpCalls
from arcano.providers.adapters.wire_json import as_count, as_object
from arcano.providers.chat_model import ChatModel
from arcano.providers.errors import ModelNotFoundError
from arcano.providers.events import ModelEvent
from arcano.providers.profiles import GENERIC, Profile
from arcano.providers.provider import (
    EmbeddingModel,
    Embeddings,
    ModelLister,
    OfferedModel,
    ParameterTaker,
    TokenCounter,
)
from arcano.providers.request import ModelRequest
from arcano.providers.takes import Takes

BASE_URL = "https://generativelanguage.googleapis.com/v1beta"
LINGER_SECONDS = 5.0
MAX_LIST_BYTES = 4 * 1024 * 1024
MAX_PAGES = 100

_RESOURCE = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)*", re.ASCII)


class GeminiModel(ChatModel, ModelLister, ParameterTaker, EmbeddingModel, TokenCounter):
    """Google's server, all its models. `http` is shared and lives longer.

    `name` is what errors call it. `base_url` ends with the version of the API, where `/models` begins.
    `linger_seconds`: how long after a reason to finish the server may take to end the stream, which is
    its last word.
    """

    dialect: ClassVar[str | None] = "gemini"

    def __init__(
        self,
        *,
        name: str,
        base_url: str = BASE_URL,
        key: str | None,
        http: aiohttp.ClientSession,
        profile: Profile = GENERIC,
        linger_seconds: float = LINGER_SECONDS,
    ) -> None:
        self.name = name
        self._linger_seconds = linger_seconds
        self.profile = profile
        self._calls = HttpCalls(
            name=name,
            base_url=base_url,
            key=key,
            # Google also takes the key in the URL, where logs of proxies would keep it.
            headers={"x-goog-api-key": key} if key else {},
            http=http,
            explain=gemini_error,
        )

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        resource = self._resource(request.model)
        if request.wire is not None:
            answer: GeminiStream = PassedContent(self.name, key=self._calls.key)
            body = orjson.dumps(passed_body(request.wire))
        else:
            answer = GeminiStream(self.name, key=self._calls.key)
            body = orjson.dumps(generate_content_body(request, self.profile))
        whole = request.whole
        del request  # an answer may take an hour, and a long conversation is megabytes
        if whole:
            path = f"/{resource}:generateContent"
            found = await self._calls.whole("POST", path, body=body, expected="an answer")
            for event in answer.take(found):
                yield event
        else:
            path = f"/{resource}:streamGenerateContent?alt=sse"
            async with self._calls.asking("POST", path, body=body, watched=True) as response:
                del body
                while chunk := await self._next_read(response, last=answer.finished is not None):
                    for event in answer.feed(chunk):
                        yield event
                    if answer.failure:
                        break
        yield answer.end()

    @override
    def takes(self, offered: OfferedModel) -> Takes:
        return takes_of(offered)

    @override
    async def list_models(self) -> list[OfferedModel]:
        expected = "a list of models. The base URL usually ends in /v1beta"
        models: list[OfferedModel] = []
        path = "/models?pageSize=1000"
        for _ in range(MAX_PAGES):
            page = await self._calls.whole(
                "GET", path, expected=expected, limit_bytes=MAX_LIST_BYTES
            )
            try:
                models += offered_models(page)
                token = next_page(page)
            except (TypeError, LookupError, AttributeError) as unexpected:
                raise self._calls.unexpected(expected) from unexpected
            if not token:
                return models
            path = f"/models?pageSize=1000&pageToken={quote(token, safe='')}"
        raise self._calls.unexpected(expected)

    @override
    async def embed(
        self, model: str, texts: tuple[str, ...], *, dimensions: int | None = None
    ) -> Embeddings:
        resource = self._resource(model)
        body = embeddings_body(resource, texts, dimensions=dimensions)
        found = await self._ask(f"/{resource}:batchEmbedContents", body, expected="embeddings")
        try:
            return read_embeddings(found, count=len(texts))
        except (TypeError, ValueError, LookupError, AttributeError) as unexpected:
            raise self._calls.unexpected("embeddings") from unexpected

    @override
    async def count_tokens(self, request: ModelRequest) -> int:
        resource = self._resource(request.model)
        body = counted_body(resource, request, self.profile)
        found = await self._ask(f"/{resource}:countTokens", body, expected="a count of tokens")
        # Google leaves a zero out.
        count = as_count(as_object(found).get("totalTokens", 0 if found == {} else None))
        if count is None:
            raise self._calls.unexpected("a count of tokens")
        return count

    async def _ask(self, path: str, body: dict[str, Any], *, expected: str) -> Any:
        return await self._calls.whole("POST", path, body=orjson.dumps(body), expected=expected)

    def _resource(self, model: str) -> str:
        """The model's place under the base URL. A name that would lead elsewhere is no model's.

        Raises:
            ModelNotFoundError: It cannot be a model's name.
        """
        if not _RESOURCE.fullmatch(model):
            raise ModelNotFoundError(
                f"{self.name} has no model of that name. Choose another model."
            )
        return model if "/" in model else f"models/{model}"

    async def _next_read(self, response: aiohttp.ClientResponse, *, last: bool) -> bytes:
        """What has arrived; nothing at the end of the answer.

        `last`: all there should be was read, so that neither silence nor a broken connection matters.
        """
        if not last:
            return await response.content.readany()
        try:
            async with asyncio.timeout(self._linger_seconds):
                return await response.content.readany()
        except (TimeoutError, aiohttp.ClientError):
            return b""
