"""Any server that speaks OpenAI's chat completions: OpenAI, vLLM, llama.cpp, Ollama, LM Studio."""

from collections.abc import AsyncGenerator
from typing import Any, ClassVar

import aiohttp
import orjson
from typing_extensions import override

from arcano.providers.adapters.answer_stream import AnswerReader, AnswerStream
from arcano.providers.adapters.http_calls import HttpCalls
from arcano.providers.adapters.openai_completions import completion_body, completions_in
from arcano.providers.adapters.openai_embeddings import embedding_body, embeddings_in
from arcano.providers.adapters.openai_errors import error_from_answer
from arcano.providers.adapters.openai_headers import call_accepted
from arcano.providers.adapters.openai_models import offered_models, owner_of
from arcano.providers.adapters.openai_passed import (
    PassedChatStream,
    passed_body,
    stream_is_wanted,
    usage_is_wanted,
)
from arcano.providers.adapters.openai_request import chat_completion_body
from arcano.providers.adapters.openai_stream import ChatCompletionStream
from arcano.providers.chat_model import ChatModel
from arcano.providers.errors import EndUnmarkedError, ModelNotFoundError
from arcano.providers.events import ModelEvent
from arcano.providers.profiles import GENERIC, Profile, profile_of_owner
from arcano.providers.provider import (
    CompletionModel,
    Completions,
    EmbeddingModel,
    Embeddings,
    ModelLister,
    OfferedModel,
    ParameterTaker,
)
from arcano.providers.request import ModelRequest, Parameters
from arcano.providers.takes import Takes

MAX_LIST_BYTES = 4 * 1024 * 1024
_A_LIST = "a list of models. The base URL usually ends in /v1"


class OpenAICompatibleModel(
    ChatModel, ModelLister, ParameterTaker, EmbeddingModel, CompletionModel
):
    """One server, all its models. `http` is shared and lives longer.

    `name` is what errors call it. `base_url` ends where `/chat/completions` begins. Of a server that
    its address does not tell, `profile` becomes known with the list of its models. `unmarked_end`: an answer is whole
    once it has a reason to end, also without `[DONE]`.
    """

    asked_at: ClassVar[str] = "/chat/completions"
    dialect: ClassVar[str | None] = "openai-chat"
    prompt_dialect: ClassVar[str | None] = "openai-completions"

    def __init__(
        self,
        *,
        name: str,
        base_url: str,
        key: str | None,
        http: aiohttp.ClientSession,
        profile: Profile = GENERIC,
        unmarked_end: bool = False,
    ) -> None:
        self.name = name
        self._unmarked_end = unmarked_end
        self.profile = profile
        self._calls = self._calls_to(base_url, name=name, key=key, http=http)
        self._native_calls: HttpCalls | None = None
        if profile.native_list:
            host = base_url.rstrip("/").removesuffix("/v1")
            self._native_calls = self._calls_to(host, name=name, key=key, http=http)

    def _calls_to(
        self, base_url: str, *, name: str, key: str | None, http: aiohttp.ClientSession
    ) -> HttpCalls:
        return HttpCalls(
            name=name,
            base_url=base_url,
            key=key,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            http=http,
            explain=error_from_answer,
        )

    def _question(self, request: ModelRequest) -> tuple[dict[str, Any], AnswerStream]:
        """The body that asks, and who reads the answer."""
        return (
            chat_completion_body(request, self.profile),
            ChatCompletionStream(self.name, key=self._calls.key),
        )

    def _passed(self, request: ModelRequest) -> tuple[dict[str, Any], AnswerReader] | None:
        """The same for a caller who speaks this format; None for all others."""
        wire = request.wire
        if wire is None:
            return None
        body = passed_body(wire, request.model, reports_usage=self.profile.reports_usage)
        return body, PassedChatStream(
            self.name,
            key=self._calls.key,
            usage_wanted=usage_is_wanted(wire),
            stream_wanted=stream_is_wanted(wire),
        )

    def _asked_at(self, request: ModelRequest) -> str:
        is_prompt = request.wire is not None and request.wire.dialect == self.prompt_dialect
        return "/completions" if is_prompt else self.asked_at

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        question, answer = self._passed(request) or self._question(request)
        body, whole, asked_at = orjson.dumps(question), request.whole, self._asked_at(request)
        del request, question  # an answer may take an hour, and a long conversation is megabytes
        async with self._calls.asking("POST", asked_at, body=body, watched=True) as response:
            del body
            yield call_accepted(response.headers, self.profile.headers)
            # Some small servers answer in one piece, whatever they are asked for.
            if whole or response.content_type == "application/json":
                said = await self._calls.json_of(response, expected="an answer")
                for event in answer.whole(said):
                    yield event
            else:
                async for chunk in response.content.iter_any():
                    for event in answer.feed(chunk):
                        yield event
                    if answer.failure or answer.finished:
                        break
                else:
                    for event in answer.end_unmarked():
                        yield event
                    if answer.finished and not self._unmarked_end:
                        raise EndUnmarkedError(
                            f"{self.name} said why it ended, but not that it has ended ([DONE]). What had arrived is kept. "
                            "If its answers always end so, its connection can allow it."
                        )
            if answer.failure:
                raise answer.failure
            if answer.finished:
                yield answer.finished
                return
        raise self._calls.cut()

    @override
    def takes(self, offered: OfferedModel) -> Takes:
        return self.profile.takes(offered)

    @override
    async def list_models(self) -> list[OfferedModel]:
        found = await self._list()
        try:
            models = offered_models(found)
        except (TypeError, KeyError, AttributeError) as unexpected:
            raise self._calls.unexpected(_A_LIST) from unexpected
        if self.profile == GENERIC:
            self.profile = profile_of_owner(owner_of(found)) or GENERIC
        return models

    async def _list(self) -> Any:
        if self._native_calls and self.profile.native_list:
            try:
                return await self._native_calls.whole(
                    "GET", self.profile.native_list, expected=_A_LIST, limit_bytes=MAX_LIST_BYTES
                )
            except ModelNotFoundError:
                # Another server, or an older one: it has at least the ordinary list.
                self._native_calls = None
        return await self._calls.whole(
            "GET", "/models", expected=_A_LIST, limit_bytes=MAX_LIST_BYTES
        )

    @override
    async def embed(
        self, model: str, texts: tuple[str, ...], *, dimensions: int | None = None
    ) -> Embeddings:
        if not texts:
            return Embeddings(())
        expected = "a vector for each text"
        body = orjson.dumps(self._embedding_body(model, texts, dimensions=dimensions))
        found = await self._calls.whole("POST", "/embeddings", body=body, expected=expected)
        try:
            return embeddings_in(found, count=len(texts))
        except (TypeError, LookupError, ValueError, OverflowError) as unexpected:
            raise self._calls.unexpected(expected) from unexpected

    @override
    async def complete(
        self, model: str, prompts: tuple[str, ...], parameters: Parameters
    ) -> Completions:
        expected = "what it wrote after each prompt"
        body = orjson.dumps(completion_body(model, prompts, parameters, self.profile))
        async with self._calls.asking("POST", "/completions", body=body, watched=True) as response:
            found = await self._calls.json_of(response, expected=expected)
        try:
            return completions_in(
                found, count=len(prompts), provider=self.name, key=self._calls.key
            )
        except (TypeError, AttributeError, LookupError, ValueError) as unexpected:
            raise self._calls.unexpected(expected) from unexpected

    def _embedding_body(
        self, model: str, texts: tuple[str, ...], *, dimensions: int | None
    ) -> dict[str, Any]:
        return embedding_body(model, texts, self.profile, dimensions=dimensions)
