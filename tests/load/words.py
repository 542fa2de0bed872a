"""What the upstream says and the readers expect: the models' names, and the tokens of an answer."""

import re

TOKENS = 64

BURST = "burst-64"
"""All tokens at once, each in a write of its own."""

NARROW = "burst-64-narrow"
"""The same, of a model that says that it reads `NARROW_WINDOW` tokens."""

NARROW_WINDOW = 8_192

PACED = "paced-64-20ms"
"""One token each 20 ms; its text carries the moment it was sent."""

HELD = "endless-1s"
"""One token a second until the reader goes."""

ENDLESS = "endless-20ms"
"""One token each 20 ms until the reader goes."""

MODELS = (BURST, NARROW, PACED, HELD, ENDLESS)

ONE_MORE = "one more word "
"""What the models without an end say again and again."""

FIRST_WORD = b"w00 "
"""Seen in the bytes of a stream, it says that the first token is there."""

STAMP = re.compile(rb"@(\d{20}) ")
STAMP_DIGITS = 20


def word(number: int) -> str:
    return f"w{number:02d} "


ANSWER = "".join(word(number) for number in range(TOKENS))
"""What a reader must have heard at the end, stamps taken out."""
