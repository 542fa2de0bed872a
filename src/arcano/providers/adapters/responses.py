"""OpenAI's models through its Responses API: the one that shows their thoughts and takes them back.

Models and vectors are asked for as with the chat completions, at the same address.
"""

from dataclasses import replace
from typing import Any, ClassVar

import aiohttp
import orjson
from typing_extensions import override

from arcano.providers.adapters.answer_stream import AnswerReader, AnswerStream
from arcano.providers.adapters.openai_compatible import OpenAICompatibleModel
from arcano.providers.adapters.responses_passed import (
    DIALECT,
    PassedResponseStream,
    passed_response_body,
)
from arcano.providers.adapters.responses_request import input_fields, response_body
from arcano.providers.adapters.responses_stream import ResponseStream
from arcano.providers.adapters.wire_json import as_count, as_object
from arcano.providers.profiles import OPENAI, Profile
from arcano.providers.provider import OfferedModel, TokenCounter
from arcano.providers.request import ModelRequest
from arcano.providers.takes import Takes


class OpenAIResponsesModel(OpenAICompatibleModel, TokenCounter):
    """OpenAI, or a server that speaks its newer format. `base_url` ends where `/responses` begins."""

    asked_at: ClassVar[str] = "/responses"
    dialect: ClassVar[str | None] = DIALECT

    def __init__(
        self,
        *,
        name: str,
        base_url: str,
        key: str | None,
        http: aiohttp.ClientSession,
        profile: Profile = OPENAI,
    ) -> None:
        super().__init__(name=name, base_url=base_url, key=key, http=http, profile=profile)

    @override
    def _question(self, request: ModelRequest) -> tuple[dict[str, Any], AnswerStream]:
        return (
            response_body(request, self.profile),
            ResponseStream(self.name, key=self._calls.key),
        )

    @override
    def _passed(self, request: ModelRequest) -> tuple[dict[str, Any], AnswerReader] | None:
        wire = request.wire
        if wire is None or wire.dialect != self.dialect:
            return super()._passed(request)
        body = passed_response_body(wire, request.model)
        return body, PassedResponseStream(self.name, key=self._calls.key)

    @override
    def takes(self, offered: OfferedModel) -> Takes:
        """As the chat completions do, but here is no stop and no seed."""
        return replace(super().takes(offered), stop=0, seed=False)

    @override
    async def count_tokens(self, request: ModelRequest) -> int:
        expected = "a number of tokens"
        body = orjson.dumps(input_fields(request, self.profile))
        counted = await self._calls.whole(
            "POST", "/responses/input_tokens", body=body, expected=expected
        )
        tokens = as_count(as_object(counted).get("input_tokens"))
        if tokens is None:
            raise self._calls.unexpected(expected)
        return tokens
