"""How limits stand, in the headers that the clients of each vendor read.

Sources: OpenAI's guide "Rate limits in headers"; Anthropic's API reference, "Response headers" of rate limits. The other two
vendors have none.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from arcano.usage import Door, Left, Measure


def limit_headers(door: Door, standing: Mapping[Measure, Left], now: datetime) -> dict[str, str]:
    """Of the narrowest limits of requests and of tokens; nothing where there are none."""
    headers: dict[str, str] = {}
    for measure, left in standing.items():
        if door == "anthropic":
            renews = now + timedelta(seconds=left.renews_in)
            begins = f"anthropic-ratelimit-{measure}"
            headers[f"{begins}-limit"] = str(left.limit.amount)
            headers[f"{begins}-remaining"] = str(left.left)
            headers[f"{begins}-reset"] = f"{renews:%Y-%m-%dT%H:%M:%SZ}"
        else:
            headers[f"x-ratelimit-limit-{measure}"] = str(left.limit.amount)
            headers[f"x-ratelimit-remaining-{measure}"] = str(left.left)
            headers[f"x-ratelimit-reset-{measure}"] = f"{left.renews_in:.3g}s"
    return headers
