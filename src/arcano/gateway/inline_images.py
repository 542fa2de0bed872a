"""Images that a program sends with its question, as base64 in the JSON."""

from base64 import b64decode

from arcano.platform.errors import InvalidInputError

_PLAIN = str.maketrans("-_", "+/", "\r\n")
"""The usual alphabet, without the line breaks that tools for mail and `base64` put in."""


def bytes_in(text: str) -> bytes:
    """The image, from base64 in either of its alphabets; in lines or in one, with what fills up its end or without.

    Raises:
        InvalidInputError: It is something else.
    """
    plain = text.translate(_PLAIN)
    try:
        return b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError as broken:
        raise InvalidInputError("An image is not valid base64.") from broken
