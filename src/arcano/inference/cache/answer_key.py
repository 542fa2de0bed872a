"""What must be the same for an answer to be the same: everything that was sent, where it goes, and for whom."""

import hashlib
from typing import Any

import orjson

from arcano.inference.cache.target_class import TargetClass
from arcano.providers import ModelRequest

VERSION = "arcano answer 1"
"""Changed with the form of what is kept, or with what it means: what was kept before is then not found."""


class NoKeyError(Exception):
    """Something in the question cannot be written down exactly, so no answer can be kept for it."""


def digest_of(request: ModelRequest, *, scope: str, targets: TargetClass) -> bytes:
    """The SHA-256 of all that changes an answer and who may hear it.

    Every field of the request counts, also one that is added later. The order of keys in a schema counts
    too: models write in that order.

    Raises:
        NoKeyError: Ask without the cache.
    """
    try:
        asked = orjson.dumps([VERSION, scope, targets.described, request], default=_written)
    except orjson.JSONEncodeError as unwritable:
        raise NoKeyError from unwritable
    return hashlib.sha256(asked).digest()


def _written(value: Any) -> Any:  # noqa: ANN401 - whatever a request holds that is not JSON
    if isinstance(value, bytes):
        return {"sha256": hashlib.sha256(value).hexdigest()}
    raise TypeError(type(value).__name__)
