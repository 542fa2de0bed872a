"""Talks to the llama.cpp of one child: answers, vectors, and the exact count of a question's tokens."""

import aiohttp
import orjson
from typing_extensions import override

from arcano.providers.adapters.openai_compatible import OpenAICompatibleModel
from arcano.providers.adapters.openai_request import chat_completion_body
from arcano.providers.adapters.wire_json import as_count, as_object
from arcano.providers.local.process import EngineProcess
from arcano.providers.profiles import LLAMA_CPP
from arcano.providers.provider import TokenCounter
from arcano.providers.request import ModelRequest

_A_COUNT = "a count of tokens"


class LlamaCpp(OpenAICompatibleModel, TokenCounter):
    """One child's server. `http` is shared and lives longer."""

    def __init__(self, process: EngineProcess, *, http: aiohttp.ClientSession) -> None:
        super().__init__(
            name="the local engine",
            base_url=f"{process.address}/v1",
            key=process.key,
            http=http,
            profile=LLAMA_CPP,
        )

    @override
    async def count_tokens(self, request: ModelRequest) -> int:
        # Read through the model's own template and vocabulary, on a thread that answers nobody else:
        # neither the answers being written nor the places at the model are touched.
        body = orjson.dumps(chat_completion_body(request, self.profile))
        counted = await self._calls.whole(
            "POST", f"{self.asked_at}/input_tokens", body=body, expected=_A_COUNT
        )
        tokens = as_count(as_object(counted).get("input_tokens"))
        if tokens is None:
            raise self._calls.unexpected(_A_COUNT)
        return tokens
