"""The secret of a key: made here, told once, and kept only as a digest.

It has 256 random bits, so that nobody finds it by trying, however fast the digest: SHA-256 is enough, and can be looked up
with each call. A slow one like argon2id is for what people think up and others can guess.
"""

import secrets
from typing import NewType

from arcano.identity.sessions import digest_of

Secret = NewType("Secret", str)

BEGINS_WITH = "sk-arc-"
"""So that a secret that lies where it should not is found, and known for what it is."""
MAX_LENGTH = 200
_HINT_LENGTH = 4


def new_secret() -> Secret:
    return Secret(BEGINS_WITH + secrets.token_urlsafe(32))


def digest_of_secret(secret: Secret) -> bytes:
    """What is kept of it."""
    return digest_of(secret)


def hint_of(secret: Secret) -> str:
    """How it ends, by which people know it again: 24 of its 256 bits."""
    return secret[-_HINT_LENGTH:]
