"""How a hub of model files is spoken to: redirects, ranges and the hashes that it announces.

The hub answers with a redirect to where the bytes are and says on it what the file is: `X-Linked-Etag`
is the SHA-256 of a large file, `X-Linked-Size` its length. Source: Hugging Face Hub documentation and
RFC 9110 (range requests).
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from arcano.modelstore.errors import (
    HubBusyError,
    HubNotAllowedError,
    HubRefusedError,
    HubUnreachableError,
    UnknownRepositoryError,
    UnsafeRedirectError,
)
from arcano.modelstore.settings import ModelStoreSettings
from arcano.platform.egress import read_up_to
from arcano.platform.errors import AddressNotAllowedError

_MAX_REDIRECTS = 5
_READ_BYTES = 1024 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 500, 502, 503, 504})
_SHA256 = re.compile(r'^(?:W/)?"?([0-9a-f]{64})"?$', re.IGNORECASE)
# Somebody waits for it, unlike for a file.
_ANSWER_WITHIN = aiohttp.ClientTimeout(total=10)
_MOST_ANSWER_BYTES = 16 * 1024 * 1024
_IN_CIRCLES = "The hub sends us from one address to the next without end."
# No more digits than any file needs: Python refuses to read thousands of them.
_NUMBER = re.compile(r"[0-9]{1,18}")
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-[0-9]+/([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class HubAnswer:
    """The bytes of a file from `offset` on, and what the hub says of the whole.

    `total_bytes` and `sha256` are None where it does not say. `etag` is what a range may be asked with;
    with some hubs it is the hash as well. `takes_ranges` says that parts can be asked for.
    """

    offset: int
    total_bytes: int | None
    sha256: str | None
    etag: str | None
    takes_ranges: bool
    pieces: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class HubPage:
    """An answer of the hub's API, and the address of the page that follows, if one does."""

    body: bytes
    next_page: str | None


class Hub:
    """A hub, or a mirror of one. `http` is shared and lives longer."""

    def __init__(self, *, settings: ModelStoreSettings, http: aiohttp.ClientSession) -> None:
        self._http = http
        self.home = settings.hub.rstrip("/")
        self._origin = URL(settings.hub).origin()
        self._timeout = aiohttp.ClientTimeout(
            total=None,
            sock_connect=settings.connect_within.total_seconds(),
            sock_read=settings.silence_within.total_seconds(),
        )

    def address(self, repository: str, revision: str, path: str) -> str:
        """Where a file is downloaded from."""
        return f"{self.home}/{repository}/resolve/{revision}/{path}"

    async def ask(self, path: str) -> HubPage:
        """Ask the hub's API. `path` may be the address of a following page.

        Raises:
            UnknownRepositoryError: The hub has nothing there, or not for us.
            HubUnreachableError: No connection, or it broke. Worth another try.
            HubBusyError: Worth another try after `retry_after`.
            HubNotAllowedError: It is at an address that is not connected to.
        """
        where = self._own(path if "://" in path else self.home + path)
        try:
            for _ in range(_MAX_REDIRECTS + 1):
                async with self._http.get(
                    where, allow_redirects=False, timeout=_ANSWER_WITHIN
                ) as response:
                    if response.status not in _REDIRECTS:
                        return await _page(response)
                    # A repository that was renamed leads on to its new name.
                    where = self._own(response.headers.get("Location", ""), seen_from=where)
        except AddressNotAllowedError as refused:
            raise _not_allowed(where, refused) from refused
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as broken:
            raise HubUnreachableError(
                f"The connection to {where.host} broke, or nothing came. Try again later."
            ) from broken
        raise HubRefusedError(_IN_CIRCLES)

    @asynccontextmanager
    async def open(
        self, url: str, *, offset: int = 0, end: int | None = None, etag: str | None = None
    ) -> AsyncGenerator[HubAnswer]:
        """Ask for the file from `offset` up to `end`, as long as it is still the one of `etag`.

        The answer may begin at 0 all the same: when the file changed, or the hub knows no ranges.

        Raises:
            HubUnreachableError: No connection, or it broke; also while reading. Worth another try.
            HubBusyError: Worth another try after `retry_after`.
            HubRefusedError: There is no such file, or it is not for us.
            HubNotAllowedError: It is at an address that is not connected to.
            UnsafeRedirectError: The way to it leads over an unencrypted address.
        """
        asked = {"Accept-Encoding": "identity"}
        if offset or end is not None:
            asked["Range"] = f"bytes={offset}-{'' if end is None else end - 1}"
            if etag:
                asked["If-Range"] = etag
        announced: dict[str, str] = {}
        where = URL(url)
        try:
            for _ in range(_MAX_REDIRECTS + 1):
                async with self._http.get(
                    where,
                    headers=asked,
                    allow_redirects=False,
                    timeout=self._timeout,
                    read_bufsize=_READ_BYTES,
                ) as response:
                    announced = _announced(response.headers) | announced
                    if response.status not in _REDIRECTS:
                        yield _answer(response, announced, offset=offset)
                        return
                    where = self._next(where, response)
        except AddressNotAllowedError as refused:
            raise _not_allowed(where, refused) from refused
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as broken:
            raise HubUnreachableError(
                f"The connection to {where.host} broke, or nothing came. Try again later."
            ) from broken
        raise HubRefusedError(_IN_CIRCLES)

    def _own(self, address: str, *, seen_from: URL | None = None) -> URL:
        """The address where the hub's API goes on; nobody else is asked in its stead."""
        try:
            where = URL(address) if seen_from is None else seen_from.join(URL(address))
            is_ours = where.origin() == self._origin
        except ValueError as nonsense:
            raise HubRefusedError("The hub's list goes on at what is no address.") from nonsense
        if not is_ours:
            raise HubRefusedError("The hub's list goes on at an address that is not the hub's.")
        return where

    def _next(self, where: URL, response: aiohttp.ClientResponse) -> URL:
        try:
            following = where.join(URL(response.headers.get("Location", "")))
            is_safe = following.origin() == self._origin or following.scheme == "https"
        except ValueError as nonsense:
            raise HubRefusedError("The hub sends us to something that is no address.") from nonsense
        if not is_safe:
            raise UnsafeRedirectError(
                f"The hub sends us to {following.host}, which is not encrypted. "
                "Check the hub's address in the settings."
            )
        return following


async def _page(response: aiohttp.ClientResponse) -> HubPage:
    if response.status in (401, 403, 404):
        raise UnknownRepositoryError(
            f"{response.url.host} has no repository of this name that is open to everybody."
        )
    if response.status != 200:
        raise _refusal(response)
    body = await read_up_to(_MOST_ANSWER_BYTES, response)
    return HubPage(body, _next_page(response))


def _next_page(response: aiohttp.ClientResponse) -> str | None:
    try:
        following = response.links.get("next")
    except ValueError as nonsense:
        raise HubRefusedError("The hub's list goes on at what is no address.") from nonsense
    return None if following is None else str(following["url"])


def _not_allowed(where: URL, refused: AddressNotAllowedError) -> HubNotAllowedError:
    return HubNotAllowedError(
        f"Downloads do not go to {where.host}. {refused.detail} For the hub, `modelstore.private_addresses` does."
    )


def sha256_in(etag: str | None) -> str | None:
    """The hash that an etag is, where it looks like one."""
    found = _SHA256.match(etag or "")
    return found[1].lower() if found else None


def _announced(headers: CIMultiDictProxy[str]) -> dict[str, str]:
    names = ("X-Linked-Etag", "X-Linked-Size")
    return {name: headers[name] for name in names if name in headers}


def _answer(
    response: aiohttp.ClientResponse, announced: dict[str, str], *, offset: int
) -> HubAnswer:
    if response.status == 416:
        # We have as much as there is, or more: nothing can follow.
        return HubAnswer(
            offset, _range_total(response), None, None, takes_ranges=True, pieces=_nothing()
        )
    if response.status not in (200, 206):
        raise _refusal(response)
    start, total = 0, response.content_length
    if response.status == 206:
        found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if found is None:
            raise HubRefusedError("The hub sent a part of the file without saying which.")
        start, total = int(found[1]), int(found[2])
    linked_size = _number(announced.get("X-Linked-Size", ""))
    etag = response.headers.get("ETag")
    return HubAnswer(
        offset=start,
        total_bytes=total if linked_size is None else linked_size,
        sha256=sha256_in(announced.get("X-Linked-Etag")),
        # Only a strong name promises the same bytes.
        etag=etag if etag and not etag.startswith("W/") else None,
        takes_ranges=response.status == 206
        or response.headers.get("Accept-Ranges", "").lower() == "bytes",
        pieces=response.content.iter_any(),
    )


def _refusal(
    response: aiohttp.ClientResponse,
) -> HubRefusedError | HubBusyError | HubUnreachableError:
    host = response.url.host
    if response.status == 429:
        return HubBusyError(
            f"{host} asks us to slow down. Try again in a while.",
            retry_after=_delay(response.headers.get("Retry-After", "")),
        )
    if response.status in _PASSING:
        return HubUnreachableError(f"{host} has trouble of its own ({response.status}). Try again.")
    if response.status in (401, 403):
        return HubRefusedError(f"{host} does not give this file to everybody ({response.status}).")
    if response.status in (404, 410):
        return HubRefusedError(f"{host} does not have this file any more. Choose another model.")
    return HubRefusedError(f"{host} answered {response.status}, which means nothing here.")


def _range_total(response: aiohttp.ClientResponse) -> int | None:
    return _number(response.headers.get("Content-Range", "").rpartition("/")[2])


def _delay(retry_after: str) -> timedelta | None:
    seconds = _number(retry_after.strip())
    return None if seconds is None else timedelta(seconds=min(seconds, 3600))


def _number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None


async def _nothing() -> AsyncGenerator[bytes]:
    for piece in ():
        yield piece
