"""Any server that speaks OpenAI's chat completions: OpenAI, vLLM, llama.cpp, Ollama, LM Studio."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import orjson
from typing_extensions import override

from arcano.providers.adapters.openai_errors import MAX_ERROR_BYTES, error_from_answer
from arcano.providers.adapters.openai_request import chat_completion_body
from arcano.providers.adapters.openai_stream import ChatCompletionStream
from arcano.providers.chat_model import ChatModel
from arcano.providers.errors import ProviderError, ProviderUnreachableError, StreamCutError
from arcano.providers.events import ModelEvent
from arcano.providers.profiles import GENERIC, Profile
from arcano.providers.request import ModelRequest

CONNECT_SECONDS = 10
IDLE_SECONDS = 300
"""How long a server may be silent. Long, because a large prompt on a small machine takes minutes."""

EXPLAIN_SECONDS = 3
"""How long a server that refuses may take to say why."""

MAX_LIST_BYTES = 4 * 1024 * 1024


class OpenAICompatibleModel(ChatModel):
    """One server, all its models. Holds no connection of its own: `http` is shared and lives longer.

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
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._http = http
        self._headers = {"Content-Type": "application/json"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        body = orjson.dumps(chat_completion_body(request, self.profile))
        del request  # an answer may take an hour, and a long conversation is megabytes
        async with self._asking("POST", "/chat/completions", body=body) as response:
            del body
            answer = ChatCompletionStream(self.name, key=self._key)
            async for chunk in response.content.iter_any():
                for event in answer.feed(chunk):
                    yield event
                if answer.failure:
                    raise answer.failure
                if answer.finished:
                    yield answer.finished
                    return
        raise StreamCutError(
            f"The connection to {self.name} ended in the middle of the answer. What had arrived is kept."
        )

    async def list_models(self) -> list[str]:
        """The names of the models that the server offers, in its order.

        Raises:
            ProviderError: It could not be asked, or answered something else.
        """
        async with self._asking("GET", "/models") as response:
            body = await _read_up_to(MAX_LIST_BYTES, response)
        try:
            return [str(model["id"]) for model in orjson.loads(body)["data"] or ()]
        except (ValueError, TypeError, KeyError) as unexpected:
            raise ProviderError(
                f"{self.name} answered, but not with a list of models. Is the base URL right? "
                "It usually ends in /v1."
            ) from unexpected

    @asynccontextmanager
    async def _asking(
        self, method: str, path: str, *, body: bytes | None = None
    ) -> AsyncGenerator[aiohttp.ClientResponse]:
        """One call. Leaving the block before the answer's end closes the connection under it."""
        try:
            async with await self._answer_to(method, path, body) as response:
                body = None
                if response.status != 200:
                    raise await self._refusal(response)
                yield response
        except TimeoutError as silence:
            raise ProviderUnreachableError(f"{self.name} did not answer in time.") from silence
        except aiohttp.ClientPayloadError as cut:
            raise StreamCutError(
                f"The connection to {self.name} broke in the middle of the answer. "
                "What had arrived is kept."
            ) from cut
        except aiohttp.ClientConnectionError as refused:
            raise ProviderUnreachableError(
                f"{self.name} cannot be reached at {_without_password(self._base_url)}. Is it running?"
            ) from refused
        except (aiohttp.ClientError, ValueError) as broken:
            raise ProviderError(
                f"{self.name} answered something that is not HTTP, or its address is wrong."
            ) from broken

    async def _answer_to(
        self, method: str, path: str, body: bytes | None
    ) -> aiohttp.ClientResponse:
        """The head of the answer.

        A kept connection may have been closed by the server just now (llama.cpp does so after each
        answer, whatever it announced). That is known only by trying, so it is tried once more.
        """
        try:
            return await self._request(method, path, body)
        except aiohttp.ServerDisconnectedError:
            return await self._request(method, path, body)

    async def _request(self, method: str, path: str, body: bytes | None) -> aiohttp.ClientResponse:
        return await self._http.request(
            method,
            self._base_url + path,
            data=body,
            headers=self._headers,
            # A redirect would carry the key to an address nobody chose.
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=CONNECT_SECONDS, sock_read=IDLE_SECONDS
            ),
        )

    async def _refusal(self, response: aiohttp.ClientResponse) -> ProviderError:
        body = b""
        # The status says enough where the explanation breaks off or never comes.
        with suppress(TimeoutError, aiohttp.ClientError):
            async with asyncio.timeout(EXPLAIN_SECONDS):
                body = await _read_up_to(MAX_ERROR_BYTES, response)
        if self._key:
            # Some servers quote the key back at us; it must not reach a page or a log.
            body = body.replace(self._key.encode(), b"[key]")
        return error_from_answer(
            self.name,
            status=response.status,
            retry_after=response.headers.get("Retry-After"),
            body=body,
        )


async def _read_up_to(limit_bytes: int, response: aiohttp.ClientResponse) -> bytes:
    """The body, or its beginning. One read gives only what has arrived so far."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) >= limit_bytes:
            break
    return bytes(body[:limit_bytes])


def _without_password(url: str) -> str:
    """The address as everybody may see it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
