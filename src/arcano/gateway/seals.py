"""Seals on their way through a program: given out with an answer, and known again when they come back.

A program's dialect has one field for its own vendor's proofs. What is put there says also whose proof it is and what
it is on, so that a thought of any vendor comes back to its maker, and to nobody else. It is nobody's secret: whoever
changes it gets a proof that its vendor refuses.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Any

import orjson

from arcano.inference import maker_digest
from arcano.providers import RequestPart, Seal, TextPart

_MARK = b"arcano-seal-1:"
_MARK_WRITTEN = b64encode(_MARK[:12]).decode()
"""Every token begins so: twelve bytes are sixteen characters, whatever follows."""

_OTHER_ALPHABET = str.maketrans("-_", "+/")

ON_REASONING, ON_CALL = -2, -1


@dataclass(frozen=True, slots=True)
class CarriedSeal:
    """A seal that a program brought back. `on`: so many characters of the text before, or one of the marks above."""

    seal: Seal
    on: int = ON_REASONING


def carried(seal: Seal, *, on: int = ON_REASONING) -> str:
    """The seal as a program is given it: base64, as every dialect's own are."""
    maker = None if seal.made_by is None else maker_digest(seal.made_by)
    return b64encode(_MARK + orjson.dumps([seal.vendor, seal.proof, maker, on])).decode()


def brought_back(token: str) -> CarriedSeal | None:
    """What was given out; None where it is no token of ours."""
    if not token.startswith(_MARK_WRITTEN):
        return None
    try:
        # Some clients read it as bytes and write it again, in the other alphabet.
        read = b64decode(token.translate(_OTHER_ALPHABET), validate=True)
        told: Any = orjson.loads(read.removeprefix(_MARK))
        vendor, proof, maker, on = told
    except (NotBase64, ValueError, TypeError):
        return None
    right = isinstance(vendor, str) and isinstance(proof, str) and isinstance(on, int)
    if not right or not isinstance(maker, str | None):
        return None
    return CarriedSeal(Seal(vendor, proof, maker), on)


def seal_last_words(parts: list[RequestPart], found: CarriedSeal) -> None:
    """Seal the last characters of the text in `parts`, as a part of their own: sealed words are joined with no others."""
    last = parts[-1] if parts else None
    text = last.text if isinstance(last, TextPart) and last.seal is None else ""
    split = max(0, len(text) - max(0, found.on))
    if text:
        parts.pop()
        if text[:split]:
            parts.append(TextPart(text[:split]))
    parts.append(TextPart(text[split:], found.seal))
