"""What a program shows of itself, in whichever header its vendor's library writes it.

`Authorization: Bearer`, `x-api-key` (Anthropic), `x-goog-api-key` (Gemini) and `api-key` (Azure). One of them, or the same
in several. Not in the address, as Gemini's `?key=`: addresses are written into logs, and kept in histories.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from arcano.identity.keys.errors import KeyInAddressError, SeveralKeysError
from arcano.identity.keys.secret import BEGINS_WITH

_PLAIN_HEADERS = ("x-api-key", "x-goog-api-key", "api-key")
_BEARER = "bearer"


def find_credential(headers: Mapping[str, str], query: bytes = b"") -> str | None:
    """The one credential of a request; None if its headers hold none.

    Raises:
        SeveralKeysError: They hold two that differ.
        KeyInAddressError: One is in the query.
    """
    found: set[str] = set()
    authorization = headers.get("authorization")
    if authorization:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == _BEARER:
            found.add(token.strip())
    for name in _PLAIN_HEADERS:
        value = headers.get(name)
        if value:
            found.add(value.strip())
    if query and _holds_key(query):
        raise KeyInAddressError(
            "A key in the address ends in logs. Send it in the header `x-goog-api-key`, and rotate this one."
        )
    if len(found) > 1:
        raise SeveralKeysError("The request holds two keys that are not the same. Send one.")
    return found.pop() if found else None


def _holds_key(query: bytes) -> bool:
    if BEGINS_WITH.encode() in query:
        return True
    return b"key=" in query and any(
        name == "key" for name, _ in parse_qsl(query.decode("latin-1"), max_num_fields=1000)
    )
