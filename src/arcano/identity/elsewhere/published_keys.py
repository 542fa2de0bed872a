"""The keys by which a provider signs: read where it publishes them, kept, and read again for a key that is new."""

from datetime import datetime, timedelta
from typing import Any, Final, cast

import aiohttp

from arcano.identity.elsewhere.ask_provider import is_object, read_json, unreachable
from arcano.platform.clock import Clock

FRESH_FOR: Final = timedelta(hours=1)
NOT_MORE_OFTEN_THAN: Final = timedelta(seconds=30)
"""However many tokens name keys that do not exist."""

KEY_TYPES: Final = {"RS": "RSA", "PS": "RSA", "ES": "EC"}
"""Which type of key an algorithm takes, by how the algorithm's name begins."""


class PublishedKeys:
    """The keys at one address. Only public ones: a secret shared with somebody is never among them."""

    def __init__(self, http: aiohttp.ClientSession, clock: Clock) -> None:
        self._http = http
        self._clock = clock
        self._keys: list[dict[str, Any]] = []
        self._address = ""
        self._read_at: datetime | None = None

    async def key(
        self, address: str, *, key_id: str | None, algorithm: str
    ) -> dict[str, Any] | None:
        """The one key for a token that says this of itself; None if there is none, or if it could be several.

        Raises:
            ProviderUnreachableError: The keys cannot be read.
        """
        if self._older_than(FRESH_FOR, address):
            await self.read(address)
        found = self._fitting(key_id, algorithm)
        if not found and self._older_than(NOT_MORE_OFTEN_THAN, address):
            await self.read(address)
            found = self._fitting(key_id, algorithm)
        return found[0] if len(found) == 1 else None

    async def read(self, address: str) -> int:
        """Read them now. Returns how many there are.

        Raises:
            ProviderUnreachableError: They cannot be read.
        """
        published = (await read_json(self._http, address)).get("keys")
        if not isinstance(published, list):
            raise unreachable(address, "there are no keys")
        self._keys = [key for key in cast("list[object]", published) if is_object(key)]
        self._address, self._read_at = address, self._clock.now()
        return len(self._keys)

    def _older_than(self, age: timedelta, address: str) -> bool:
        return (
            self._read_at is None
            or self._address != address
            or self._clock.now() - self._read_at >= age
        )

    def _fitting(self, key_id: str | None, algorithm: str) -> list[dict[str, Any]]:
        return [
            key
            for key in self._keys
            if key.get("kty") == KEY_TYPES.get(algorithm[:2])
            and key.get("use", "sig") == "sig"
            and key.get("alg", algorithm) == algorithm
            and (key_id is None or key.get("kid") == key_id)
        ]
