"""Images that a program sends with its question, as base64 in the JSON."""

from base64 import b64decode

from arcano.platform.errors import InvalidInputError

_OTHER_ALPHABET = str.maketrans("-_", "+/")


def bytes_in(text: str) -> bytes:
    """The image, from base64 in either of its alphabets.

    Raises:
        InvalidInputError: It is something else.
    """
    try:
        return b64decode(text.translate(_OTHER_ALPHABET), validate=True)
    except ValueError as broken:
        raise InvalidInputError("An image is not valid base64.") from broken
