"""The names of GGUF's ways to store weights: how many bits each takes, and which is the better.

Bits are those of llama.cpp's own table for an 8-billion model (tools/quantize/README.md). They serve for
estimates; a file's true size comes from the catalogue or the hub.
"""

import re

_BITS: dict[str, float] = {
    # From the coarsest to the finest: the order is the order of quality.
    "IQ2_XXS": 2.38,
    "IQ2_XS": 2.59,
    "IQ2_S": 2.74,
    "IQ2_M": 2.93,
    "Q2_K": 3.16,
    "IQ3_XXS": 3.25,
    "IQ3_XS": 3.5,
    "Q3_K_S": 3.64,
    "IQ3_S": 3.66,
    "IQ3_M": 3.76,
    "Q3_K_M": 4.0,
    "Q3_K_L": 4.3,
    "MXFP4": 4.25,
    "IQ4_XS": 4.46,
    "Q4_0": 4.66,
    "IQ4_NL": 4.68,
    "Q4_K_S": 4.67,
    "Q4_K_M": 4.89,
    "Q5_0": 5.57,
    "Q5_K_S": 5.57,
    "Q5_K_M": 5.7,
    "Q6_K": 6.56,
    "Q8_0": 8.5,
    "F16": 16.0,
    "BF16": 16.0,
    "F32": 32.0,
}
_RANKS = {name: rank for rank, name in enumerate(_BITS)}
_IN_NAME = re.compile(
    r"(?:^|[-_.])(" + "|".join(sorted(_BITS, key=len, reverse=True)) + r")(?=[-_.]|$)",
    re.IGNORECASE,
)
GOOD = _RANKS["Q4_K_M"]
"""The rank from which an answer is hardly worse than with all bits."""


def quality_rank(quantisation: str) -> int:
    """The higher the better; -1 for a name that is not known."""
    return _RANKS.get(quantisation.upper(), -1)


def estimated_bytes(parameters: int, quantisation: str) -> int:
    """About how large a file is; as with 8 bits where the name is not known."""
    return int(parameters * _BITS.get(quantisation.upper(), 8.5) / 8)


def quantisation_in(file_name: str) -> str | None:
    """The quantisation that a file's name tells, such as `Q4_K_M`."""
    found = _IN_NAME.findall(file_name.removesuffix(".gguf"))
    return found[-1].upper() if found else None
