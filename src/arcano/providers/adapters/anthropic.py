"""Claude models at Anthropic, and servers that speak its Messages API.

Source: Claude API reference: "Create a message", "Count tokens in a message", "List models", "Rate limits".
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, ClassVar
from urllib.parse import quote

import aiohttp
import orjson
from typing_extensions import override

from arcano.providers.adapters.anthropic_errors import error_from_messages_api
from arcano.providers.adapters.anthropic_models import ANTHROPIC, ClaudeModel, takes_of
from arcano.providers.adapters.anthropic_passed import PassedMessage, passed_body, passed_headers
from arcano.providers.adapters.anthropic_request import question, with_shorter_answer
from arcano.providers.adapters.anthropic_stream import MessageAnswer
from arcano.providers.adapters.http_calls import HttpCalls
from arcano.providers.adapters.wire_json import as_count, as_object
from arcano.providers.chat_model import ChatModel
from arcano.providers.errors import ContextTooLongError
from arcano.providers.events import CallAccepted, ModelEvent, RateLimits
from arcano.providers.profiles import Profile
from arcano.providers.provider import ModelLister, OfferedModel, ParameterTaker, TokenCounter
from arcano.providers.request import ModelRequest
from arcano.providers.takes import Takes

MAX_LIST_BYTES = 4 * 1024 * 1024
MAX_PAGES = 100
_LIST_HEADERS = {"anthropic-version": ClaudeModel().api_version}
_CAPABILITIES = {
    "image_input": "images",
    "structured_outputs": "json-schema",
    "thinking": "reasoning",
}


class AnthropicModel(ChatModel, ModelLister, ParameterTaker, TokenCounter):
    """One server, all its models. `http` is shared and lives longer.

    `name` is what errors call it. `base_url` ends where `/v1/messages` begins, or with its `/v1`.
    """

    dialect: ClassVar[str | None] = "anthropic"

    def __init__(
        self,
        *,
        name: str,
        key: str | None,
        http: aiohttp.ClientSession,
        base_url: str = "https://api.anthropic.com",
        profile: Profile = ANTHROPIC,
    ) -> None:
        self.name = name
        self.profile = profile
        self._base_url = base_url.rstrip("/").removesuffix("/v1") + "/v1"
        self._key = key
        self._http = http

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        answer: MessageAnswer | PassedMessage
        if request.wire is not None:
            calls = self._calls(passed_headers(request.wire))
            body = orjson.dumps(passed_body(request.wire, request.model))
            answer = PassedMessage(self.name, key=self._key)
        else:
            asked = question(request, self.profile)
            calls = self._calls(asked.headers)
            body = orjson.dumps(asked.body)
            answer = MessageAnswer(self.name, key=self._key, owed=asked.owed)
            del asked
        whole = request.whole
        may_be_shorter = request.wire is None and request.parameters.max_tokens is None
        del request  # an answer may take an hour, and a long conversation is megabytes
        async with AsyncExitStack() as call:
            ask = partial(calls.asking, "POST", "/messages", watched=True)
            try:
                response = await call.enter_async_context(ask(body=body))
            except ContextTooLongError as refused:
                # Its length was our choice: a long conversation gets the answer that there is room for.
                shorter = with_shorter_answer(body, refused.detail) if may_be_shorter else None
                if shorter is None:
                    raise
                response = await call.enter_async_context(ask(body=shorter))
                del shorter
            del body
            yield _accepted(response.headers)
            if whole:
                message = await calls.json_of(response, expected="a message")
                for event in answer.whole(message):
                    yield event
                yield answer.end()
                return
            async for chunk in response.content.iter_any():
                for event in answer.feed(chunk):
                    yield event
                if answer.failure or answer.finished:
                    yield answer.end()
                    return
        raise calls.cut()

    @override
    async def count_tokens(self, request: ModelRequest) -> int:
        asked = question(request, self.profile)
        calls = self._calls(asked.headers)
        expected = "a count of tokens"
        found = await calls.whole(
            "POST",
            "/messages/count_tokens",
            body=orjson.dumps(asked.to_be_counted()),
            expected=expected,
            limit_bytes=MAX_LIST_BYTES,
        )
        count = as_count(as_object(found).get("input_tokens"))
        if count is None:
            raise calls.unexpected(expected)
        return count

    @override
    def takes(self, offered: OfferedModel) -> Takes:
        return takes_of(offered)

    @override
    async def list_models(self) -> list[OfferedModel]:
        calls = self._calls(_LIST_HEADERS)
        expected = "a list of models"
        offered: dict[str, OfferedModel] = {}
        path = "/models?limit=1000"
        for _ in range(MAX_PAGES):
            page = await calls.whole("GET", path, expected=expected, limit_bytes=MAX_LIST_BYTES)
            try:
                new = {model["id"]: _offered(model) for model in page["data"] or ()}
                last = page.get("last_id") if page.get("has_more") else None
            except (TypeError, LookupError, AttributeError) as unexpected:
                raise calls.unexpected(expected) from unexpected
            if not last or new.keys() <= offered.keys():
                return [*(offered | new).values()]
            offered |= new
            path = f"/models?limit=1000&after_id={quote(str(last), safe='')}"
        return [*offered.values()]

    def _calls(self, headers: Mapping[str, str]) -> HttpCalls:
        """The version of the API, and what is in trial, go with the model that is asked."""
        key = {"x-api-key": self._key} if self._key else {}
        return HttpCalls(
            name=self.name,
            base_url=self._base_url,
            key=self._key,
            headers={**key, **headers},
            http=self._http,
            explain=error_from_messages_api,
        )


def _offered(model: Any) -> OfferedModel:
    told = as_object(model.get("capabilities"))
    can = {
        ours
        for theirs, ours in _CAPABILITIES.items()
        if as_object(told.get(theirs)).get("supported") is True
    }
    return OfferedModel(
        str(model["id"]),
        context_tokens=as_count(model.get("max_input_tokens")),
        max_output_tokens=as_count(model.get("max_tokens")),
        # The vendor does not list what all its models can.
        capabilities=frozenset({"chat", "tools", *can}) if told else None,
    )


def _accepted(headers: Mapping[str, str]) -> CallAccepted:
    limits = RateLimits(
        requests_left=_left(headers, "requests"),
        tokens_left=_left(headers, "tokens"),
        requests_reset_seconds=_reset_seconds(headers, "requests"),
        tokens_reset_seconds=_reset_seconds(headers, "tokens"),
    )
    return CallAccepted(headers.get("request-id"), None if limits == RateLimits() else limits)


def _left(headers: Mapping[str, str], what: str) -> int | None:
    try:
        return as_count(int(headers[f"anthropic-ratelimit-{what}-remaining"]))
    except (KeyError, ValueError):
        return None


def _reset_seconds(headers: Mapping[str, str], what: str) -> float | None:
    """The vendor names a moment; how far off it is, is told by the vendor's own clock."""
    try:
        reset = datetime.fromisoformat(headers[f"anthropic-ratelimit-{what}-reset"])
        now = parsedate_to_datetime(headers["Date"])
        return max(0.0, (reset - now).total_seconds())
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
