"""A vendor's seal as one word that a program carries along unread and sends back.

It is base64 of JSON and no secret; who forges one is refused by the vendor that is to have sealed it. Who made it is told
by a digest: the name of a server is nobody's business.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import Any

import orjson

from arcano.inference import maker_digest
from arcano.providers import Seal

_PREFIX = "arc1_"


def carried(seal: Seal) -> str:
    """The seal as it leaves."""
    made_by = None if seal.made_by is None else maker_digest(seal.made_by)
    told = orjson.dumps({"v": seal.vendor, "p": seal.proof, "m": made_by})
    return _PREFIX + urlsafe_b64encode(told).decode()


def is_carried(content: object) -> bool:
    """Whether it is a seal that left here."""
    return isinstance(content, str) and content.startswith(_PREFIX)


def seal_in(content: str | None) -> Seal | None:
    """The seal again; None where it is none that left here, which no model could read."""
    if content is None or not content.startswith(_PREFIX):
        return None
    try:
        told: Any = orjson.loads(urlsafe_b64decode(content.removeprefix(_PREFIX)))
        vendor, proof, made_by = told["v"], told["p"], told["m"]
    except (NotBase64, ValueError, TypeError, LookupError):
        return None
    if not (isinstance(vendor, str) and isinstance(proof, str) and isinstance(made_by, str)):
        return None
    return Seal(vendor, proof, made_by)
