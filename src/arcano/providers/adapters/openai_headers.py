"""The head of an answer: the name of the call, and what is left of the provider's limits.

Source: OpenAI API guide, "Rate limits" (headers, durations such as `1m30s`) and API reference,
"Debugging requests" (`x-request-id`); Mistral and Groq send the same things under names of their own.
"""

import re
from collections.abc import Mapping

from arcano.providers.events import CallAccepted, RateLimits
from arcano.providers.profiles import HeaderNames

_DURATION = re.compile(
    r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?"
)
_SECONDS_PER_PART = (86_400.0, 3600.0, 60.0, 1.0, 0.001)
_MAX_CHARACTERS = 200


def call_accepted(headers: Mapping[str, str], names: HeaderNames) -> CallAccepted:
    """What the head of an answer says; what it says in no known way counts as not said."""
    limits = RateLimits(
        requests_left=_count(headers.get(names.requests_left)),
        tokens_left=_count(headers.get(names.tokens_left)),
        requests_reset_seconds=seconds_in(headers.get(names.requests_reset)),
        tokens_reset_seconds=seconds_in(headers.get(names.tokens_reset)),
    )
    name = headers.get(names.request_id) or headers.get("X-Request-Id")
    return CallAccepted(name and name[:_MAX_CHARACTERS], None if limits == RateLimits() else limits)


def seconds_in(duration: str | None) -> float | None:
    """The seconds in `1m30s`, `6ms`, `2.5s`, or in a bare number of them."""
    duration = (duration or "").strip()[:40]
    if not duration:
        return None
    found = _DURATION.fullmatch(duration + "s" if duration[-1].isdecimal() else duration)
    if found is None:
        return None
    parts = zip(found.groups(), _SECONDS_PER_PART, strict=True)
    return sum(float(amount) * seconds for amount, seconds in parts if amount)


def _count(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isdecimal() and len(text) < 16 else None
