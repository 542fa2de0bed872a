"""The head of an answer: the name of the call, and what is left of the provider's limits."""

import pytest
from multidict import CIMultiDict

from arcano.providers import CallAccepted, RateLimits
from arcano.providers.adapters.openai_headers import call_accepted, seconds_in
from arcano.providers.profiles import MISTRAL, OPENAI


def test_openais_limits_are_understood() -> None:
    headers = CIMultiDict(
        {
            "x-request-id": "req_1",
            "x-ratelimit-limit-requests": "60",
            "x-ratelimit-remaining-requests": "59",
            "x-ratelimit-remaining-tokens": "149984",
            "x-ratelimit-reset-requests": "1s",
            "x-ratelimit-reset-tokens": "6m0s",
        }
    )

    assert call_accepted(headers, OPENAI.headers) == CallAccepted(
        "req_1", RateLimits(59, 149_984, 1.0, 360.0)
    )


def test_mistrals_are_under_names_of_their_own() -> None:
    headers = CIMultiDict(
        {
            "mistral-correlation-id": "019b98cb",
            "x-ratelimit-remaining-req-minute": "717",
            "x-ratelimit-remaining-tokens-minute": "4999911",
        }
    )

    assert call_accepted(headers, MISTRAL.headers) == CallAccepted(
        "019b98cb", RateLimits(requests_left=717, tokens_left=4_999_911)
    )


def test_a_server_that_says_nothing_has_still_accepted() -> None:
    assert call_accepted(CIMultiDict[str](), OPENAI.headers) == CallAccepted(None, None)


def test_nonsense_counts_as_not_said_and_a_long_name_is_cut() -> None:
    headers = CIMultiDict(
        {
            "x-request-id": "r" * 1000,
            "x-ratelimit-remaining-requests": "-1",
            "x-ratelimit-remaining-tokens": "9" * 5000,
            "x-ratelimit-reset-tokens": "soon",
        }
    )

    assert call_accepted(headers, OPENAI.headers) == CallAccepted("r" * 200, None)


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("1m30s", 90.0),
        ("6ms", 0.006),
        ("7.66s", 7.66),
        ("2m59.56s", 179.56),
        ("1h0m0s", 3600.0),
        ("1d2h", 93_600.0),
        ("1s20ms", 1.02),
        ("12", 12.0),
        ("0s", 0.0),
        ("", None),
        (None, None),
        ("s", None),
        ("1 m", None),
        ("1s1m", None),
        ("inf", None),
    ],
)
def test_a_duration_is_so_many_seconds(duration: str | None, seconds: float | None) -> None:
    assert seconds_in(duration) == (None if seconds is None else pytest.approx(seconds))
