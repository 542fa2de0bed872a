"""A third party's stand-in for the vendors, as a process: wire formats that we did not write, and chaos on demand.

It is `@copilotkit/aimock` from npm, told its part by tests/aimock/serve.mjs. `make` installs it before the tests run.
"""

import json
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass

from tests.support.node import a_node_server

WORDS = 40
MARKS = ("", "é", "語", "🦉")

PATHS: dict[str, str] = {
    "openai-compatible": "/v1",
    "openai-responses": "/v1",
    "anthropic": "",
    "mistral": "/v1",
    "gemini": "/v1beta",
    "ollama": "",
}
"""Where it speaks the format of each kind of connection."""


@dataclass(frozen=True, slots=True)
class Chaos:
    """How many of its answers, from 0 to 1, go wrong in each way."""

    dropRate: float = 0.0  # noqa: N815 - as the stand-in spells them
    """500."""
    malformedRate: float = 0.0  # noqa: N815
    """200 with something that is no JSON."""
    disconnectRate: float = 0.0  # noqa: N815
    """The connection is closed without a word."""
    rateLimitRate: float = 0.0  # noqa: N815
    """429 with `Retry-After`."""
    cut_rate: float = 0.0
    """The connection breaks off after some words, perhaps within a character."""

    def as_json(self) -> str:
        """As serve.mjs takes it."""
        rates = asdict(self)
        return json.dumps({"cutRate": rates.pop("cut_rate"), "chaos": rates})


CALM = Chaos()
WILD = Chaos(
    dropRate=0.06, malformedRate=0.06, disconnectRate=0.06, rateLimitRate=0.06, cut_rate=0.2
)
"""About four of ten answers go wrong."""


def story(number: int) -> str:
    """What it tells when it is asked "Story 12?": no word of it comes twice, in this story or in another."""
    return "".join(f"{number}.{place}{MARKS[place % 4]} " for place in range(WORDS))


def an_aimock(chaos: Chaos) -> AbstractContextManager[str]:
    """The stand-in as long as the block. Gives its address, without a path."""
    return a_node_server("aimock", chaos.as_json())
