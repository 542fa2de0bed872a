"""Asking a provider something over HTTP, on the understanding that it may answer anything."""

from collections.abc import Mapping
from typing import Any, Final, TypeGuard

import aiohttp
import orjson

from arcano.identity.elsewhere.errors import ProviderUnreachableError
from arcano.platform.errors import AddressNotAllowedError

MAX_BYTES: Final = 1024 * 1024
WITHIN_SECONDS: Final = 10.0

Json = Mapping[str, Any]


async def ask_provider(
    http: aiohttp.ClientSession,
    address: str,
    *,
    form: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, Any]:
    """The status and the JSON that `address` answers with; `form` is posted. Redirects are not followed.

    Raises:
        ProviderUnreachableError: No answer in time, one that is too long, or one that is no JSON.
    """
    sent = {"Accept": "application/json", **(headers or {})}
    if form is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        async with http.request(
            "GET" if form is None else "POST",
            address,
            data=form,
            headers=sent,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=WITHIN_SECONDS),
        ) as answer:
            body = await _whole(answer)
            return answer.status, orjson.loads(body)
    except AddressNotAllowedError as refused:
        raise unreachable(
            address, f"the server does not connect there. {refused.detail}"
        ) from refused
    except (aiohttp.ClientError, TimeoutError, ValueError) as failure:
        raise unreachable(
            address, f"it does not answer with JSON ({type(failure).__name__})"
        ) from failure


async def read_json(http: aiohttp.ClientSession, address: str, **headers: str) -> Json:
    """The JSON object at `address`.

    Raises:
        ProviderUnreachableError: There is none.
    """
    status, answer = await ask_provider(http, address, headers=headers)
    if status != 200 or not is_object(answer):
        raise unreachable(address, f"it answered {status}")
    return answer


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def unreachable(address: str, why: str) -> ProviderUnreachableError:
    """The error for an answer of `address` that is none."""
    return ProviderUnreachableError(f"The provider cannot be asked at {address}: {why}.")


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    body = await answer.content.read(MAX_BYTES)
    while len(body) < MAX_BYTES and (more := await answer.content.read(MAX_BYTES - len(body))):
        body += more
    if len(body) >= MAX_BYTES:
        raise ValueError("too long")
    return body
