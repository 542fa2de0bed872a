"""One call to a provider over HTTP, whatever it speaks: sent, refused, cut or answered.

Every adapter asks through this, so that timeouts, redirects, lost connections and quoted keys are
treated alike everywhere.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from email.utils import parsedate_to_datetime
from math import ceil
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import orjson

from arcano.platform.egress import read_up_to
from arcano.platform.errors import AddressNotAllowedError
from arcano.platform.telemetry.tracing import upstream_traceparent
from arcano.providers.errors import (
    ProviderError,
    ProviderNotAllowedError,
    ProviderUnreachableError,
    StreamCutError,
)

CONNECT_SECONDS = 10
IDLE_SECONDS = 300
"""How long a server may be silent. Long, because a large prompt on a small machine takes minutes."""

EXPLAIN_SECONDS = 3
"""How long a server that refuses may take to say why."""

_PATIENT = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=IDLE_SECONDS)
_WATCHED = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)

_REQUEST_IDS = ("Request-Id", "X-Request-Id", "Mistral-Correlation-Id")
MAX_REQUEST_ID = 200

MAX_ERROR_BYTES = 64 * 1024
MAX_WHOLE_BYTES = 64 * 1024 * 1024
"""The largest answer that is read in one piece."""


class Explain(Protocol):
    """What a refusal means, in our words. `body` is its beginning, without the key.

    `retry_after` is what the server said, a date in it already turned into seconds.
    """

    def __call__(
        self, provider: str, *, status: int, retry_after: str | None, body: bytes
    ) -> ProviderError: ...


class HttpCalls:
    """Calls to one server. Holds no connection of its own: `http` is shared and lives longer.

    `name` is what errors call the server. `base_url` ends where the paths begin. `headers` go with
    every call, `key` among them where the wire format puts it; it is named here only to be left out
    of what a server says.
    """

    def __init__(
        self,
        *,
        name: str,
        base_url: str,
        key: str | None,
        headers: Mapping[str, str],
        http: aiohttp.ClientSession,
        explain: Explain,
    ) -> None:
        self.name = name
        self.key = key
        self._base_url = base_url.rstrip("/")
        self._headers = {"Content-Type": "application/json", **headers}
        self._http = http
        self._explain = explain

    @asynccontextmanager
    async def asking(
        self, method: str, path: str, *, body: bytes | None = None, watched: bool = False
    ) -> AsyncGenerator[aiohttp.ClientResponse]:
        """One call. Leaving the block before the answer's end closes the connection under it.

        `watched`: the caller limits the silence (`inference` does for each answer that it listens to);
        a timer here, set anew at each read, would cost as much as reading a token.

        Raises:
            ProviderNotAllowedError: The address may not be connected to.
            ProviderUnreachableError: No connection, or silence.
            StreamCutError: The connection broke inside the block.
            ProviderError: What `explain` made of a status other than 200, or not HTTP at all.
        """
        try:
            limits = _WATCHED if watched else _PATIENT
            async with await self._answer_to(method, path, body, limits) as response:
                body = None  # an answer may take an hour, and a long conversation is megabytes
                if response.status != 200:
                    raise await self._refusal(response)
                yield response
        except AddressNotAllowedError as refused:
            raise ProviderNotAllowedError(f"{self.name}: {refused.detail}") from refused
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

    async def whole(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        expected: str = "what was asked for",
        limit_bytes: int = MAX_WHOLE_BYTES,
    ) -> Any:
        """One call whose answer is one JSON value. `expected` names it where something else comes.

        Raises:
            ProviderError: As `asking`, or the answer is no JSON.
        """
        async with self.asking(method, path, body=body) as response:
            return await self.json_of(response, expected=expected, limit_bytes=limit_bytes)

    async def json_of(
        self,
        response: aiohttp.ClientResponse,
        *,
        expected: str,
        limit_bytes: int = MAX_WHOLE_BYTES,
    ) -> Any:
        """The one JSON value that an answer is, inside the block of `asking`.

        Raises:
            ProviderError: It is no JSON, or larger than `limit_bytes`.
        """
        answer = await read_up_to(limit_bytes, response)
        try:
            return orjson.loads(answer)
        except orjson.JSONDecodeError as unexpected:
            raise self.unexpected(expected) from unexpected

    def unexpected(self, expected: str) -> ProviderError:
        """The error for an answer that is not `expected`."""
        return ProviderError(
            f"{self.name} answered, but not with {expected}. Is the address right?"
        )

    def cut(self) -> StreamCutError:
        """The error for a stream that ended without its protocol's own end."""
        return StreamCutError(
            f"The connection to {self.name} ended in the middle of the answer. What had arrived is kept."
        )

    async def _answer_to(
        self, method: str, path: str, body: bytes | None, limits: aiohttp.ClientTimeout
    ) -> aiohttp.ClientResponse:
        """The head of the answer.

        A kept connection may have been closed by the server just now (llama.cpp does so after each
        answer, whatever it announced). That is known only by trying, so it is tried once more.
        """
        try:
            return await self._request(method, path, body, limits)
        except aiohttp.ServerDisconnectedError:
            return await self._request(method, path, body, limits)

    async def _request(
        self, method: str, path: str, body: bytes | None, limits: aiohttp.ClientTimeout
    ) -> aiohttp.ClientResponse:
        traceparent = upstream_traceparent.get()
        return await self._http.request(
            method,
            self._base_url + path,
            data=body,
            headers=self._headers
            if traceparent is None
            else {**self._headers, "traceparent": traceparent},
            # A redirect would carry the key to an address nobody chose.
            allow_redirects=False,
            timeout=limits,
        )

    async def _refusal(self, response: aiohttp.ClientResponse) -> ProviderError:
        body = b""
        # The status says enough where the explanation breaks off or never comes.
        with suppress(TimeoutError, aiohttp.ClientError):
            async with asyncio.timeout(EXPLAIN_SECONDS):
                body = await read_up_to(MAX_ERROR_BYTES, response)
        if self.key:
            # Some servers quote the key back at us; it must not reach a page or a log.
            body = body.replace(self.key.encode(), b"[key]")
        refusal = self._explain(
            self.name,
            status=response.status,
            retry_after=_seconds_to_wait(response.headers),
            body=body,
        )
        refusal.request_id = _request_id(response.headers)
        return refusal


def _request_id(headers: Mapping[str, str]) -> str | None:
    """What the server calls this call, by whichever of the usual names."""
    said = (headers.get(name) for name in _REQUEST_IDS)
    return next((name[:MAX_REQUEST_ID] for name in said if name), None)


def _seconds_to_wait(headers: Mapping[str, str]) -> str | None:
    """`Retry-After` or, exacter, OpenAI's `retry-after-ms`; a date by the server's own clock."""
    said = headers.get("Retry-After")
    milliseconds = headers.get("Retry-After-Ms", "").strip()
    if milliseconds.isdecimal():
        return str(ceil(int(milliseconds) / 1000))
    try:
        until = parsedate_to_datetime(said or "")
        now = parsedate_to_datetime(headers.get("Date", ""))
        return str(max(0, ceil((until - now).total_seconds())))
    except (ValueError, TypeError, OverflowError):
        return said


def _without_password(url: str) -> str:
    """The address as everybody may see it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
