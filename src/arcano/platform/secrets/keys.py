"""Keys: 32 random bytes each, told apart by a name that is made from them.

A name tells nothing of a random key, needs no book-keeping, and cannot be given to the wrong one. Of several
keys the first seals and all open.
"""

import hashlib
import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64Error
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from typing_extensions import override

from arcano.platform.secrets.errors import SecretKeyError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
KEY_ID_BYTES = 4
HOW_TO_MAKE = "openssl rand -base64 32"

_PUBLIC = frozenset({"changeme", "secret", "password", "default", "insecure", "example", "test"})
"""What examples put in the place of a key, without the signs between the letters."""
_VARIED = 16
"""Of 32 random bytes about 30 differ. That fewer than this do happens once in 10^16 keys."""


class Key:
    """One key. It does not show itself: neither when it is printed nor in a trace of an error."""

    def __init__(self, secret: bytes, *, place: str) -> None:
        self.secret = secret
        self.place = place
        """Where it was read, in words for a person."""
        self.id = hashlib.sha256(b"arcano key id" + secret).digest()[:KEY_ID_BYTES]

    @property
    def name(self) -> str:
        return self.id.hex()

    @cached_property
    def aead(self) -> "AESGCM":
        # Loaded with the first secret: six megabytes that a server without any need not hold.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        return AESGCM(self.secret)

    def written(self) -> str:
        """As it stands in a key file."""
        return b64encode(self.secret).decode()

    @override
    def __repr__(self) -> str:
        return f"Key({self.name})"


class KeyRing:
    """Several keys, or none. The first seals, all open."""

    def __init__(self, keys: tuple[Key, ...]) -> None:
        self._by_id: dict[bytes, Key] = {}
        for key in keys:
            self._by_id.setdefault(key.id, key)
        self.keys = tuple(self._by_id.values())

    @property
    def first(self) -> Key:
        return self.keys[0]

    def get(self, key_id: bytes) -> Key | None:
        return self._by_id.get(key_id)


class KeySource(Protocol):
    """Where keys come from."""

    @property
    def ring(self) -> KeyRing:
        """The keys as they are now. Cheap enough to be asked for each value."""
        ...


class FixedKeys(KeySource):
    """Keys that stay what they are while the process lives, as those of the settings do."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    @property
    @override
    def ring(self) -> KeyRing:
        return self._ring


def new_key(*, place: str) -> Key:
    return Key(os.urandom(KEY_BYTES), place=place)


def keys_in(text: str, *, place: str) -> tuple[Key, ...]:
    """The keys that `text` holds in base64, between spaces, commas or line ends. `#` begins a remark.

    Raises:
        SecretKeyError: There is none, or one of them is no key to be trusted. It is not quoted.
    """
    lines = [line.partition("#")[0] for line in text.splitlines()]
    words = " ".join(lines).replace(",", " ").split()
    if not words:
        raise SecretKeyError(f"{place} holds no key. Make one with: {HOW_TO_MAKE}")
    return tuple(
        checked(_decoded(word, which), which)
        for number, word in enumerate(words, start=1)
        for which in [place if len(words) == 1 else f"{place}, key {number},"]
    )


def checked(secret: bytes, place: str) -> Key:
    """A key of these bytes.

    Raises:
        SecretKeyError: Somebody could guess it.
    """
    if len(secret) != KEY_BYTES:
        raise SecretKeyError(
            f"{place} must be {KEY_BYTES} random bytes, not {len(secret)}. Make a key with: {HOW_TO_MAKE}"
        )
    if _can_be_guessed(secret):
        raise SecretKeyError(
            f"{place} can be guessed: it is words or a pattern instead of {KEY_BYTES} random bytes. "
            f"Make a key with: {HOW_TO_MAKE}"
        )
    return Key(secret, place=place.split(", key ")[0])


def _decoded(word: str, place: str) -> bytes:
    if "".join(filter(str.isalpha, word.lower())) in _PUBLIC:
        raise SecretKeyError(
            f"{place} is a default that everybody knows. Make a key with: {HOW_TO_MAKE}"
        )
    try:
        return b64decode(word.replace("-", "+").replace("_", "/"), validate=True)
    except (NotBase64Error, ValueError):
        raise SecretKeyError(
            f"{place} is not {KEY_BYTES} random bytes written in base64. Make a key with: {HOW_TO_MAKE}"
        ) from None


def _can_be_guessed(secret: bytes) -> bool:
    steps = {(after - before) % 256 for before, after in pairwise(secret)}
    is_readable = all(0x20 <= byte < 0x7F for byte in secret)
    return len(set(secret)) < _VARIED or len(steps) < 3 or is_readable
