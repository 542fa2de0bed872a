"""What Google's refusals mean, and what a person can do about them."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from tests.support.gemini_upstream import error

from arcano.providers import (
    ContextTooLongError,
    ModelNotFoundError,
    ProviderError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
)
from arcano.providers.adapters.gemini_errors import gemini_error

BAD_KEY = {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    "reason": "API_KEY_INVALID",
    "domain": "googleapis.com",
}
TOO_LONG = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."


def told(status: int, body: object, retry_after: str | None = None) -> ProviderError:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return gemini_error("Google", status=status, retry_after=retry_after, body=raw)


def wait_of(delay: object, header: str | None = None) -> timedelta | None:
    info: dict[str, Any] = {
        "@type": "type.googleapis.com/google.rpc.RetryInfo",
        "retryDelay": delay,
    }
    quota: dict[str, Any] = {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        "violations": [],
    }
    body = error(429, "RESOURCE_EXHAUSTED", "Quota exceeded.", (quota, info))
    return told(429, body, header).retry_after


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, error(400, "INVALID_ARGUMENT", "bad"), ProviderRejectedRequestError),
        (400, error(400, "INVALID_ARGUMENT", "No key.", (BAD_KEY,)), ProviderRefusedKeyError),
        (400, error(400, "FAILED_PRECONDITION", "Not here."), ProviderRefusedKeyError),
        (400, error(400, "INVALID_ARGUMENT", TOO_LONG), ContextTooLongError),
        (401, error(401, "UNAUTHENTICATED"), ProviderRefusedKeyError),
        (403, error(403, "PERMISSION_DENIED"), ProviderRefusedKeyError),
        (404, error(404, "NOT_FOUND"), ModelNotFoundError),
        (429, error(429, "RESOURCE_EXHAUSTED"), ProviderOverloadedError),
        (429, [error(429, "RESOURCE_EXHAUSTED")], ProviderOverloadedError),
        (500, error(500, "INTERNAL"), ProviderError),
        (503, error(503, "UNAVAILABLE"), ProviderOverloadedError),
        (504, error(504, "DEADLINE_EXCEEDED"), ProviderUnreachableError),
        (302, {}, ProviderRejectedRequestError),
        (500, b"\xff\xfe not json", ProviderError),
        (404, b"<html>", ModelNotFoundError),
        (500, [], ProviderError),
        (500, {"error": "boom"}, ProviderError),
        (500, {"error": {"message": [1], "status": 7, "details": {"a": 1}}}, ProviderError),
        (500, {"error": {"details": ["x", {"retryDelay": 7}]}}, ProviderError),
    ],
)
def test_each_refusal_means_one_error_of_ours(
    status: int, body: object, kind: type[ProviderError]
) -> None:
    assert type(told(status, body)) is kind


@pytest.mark.parametrize(
    ("delay", "wait"),
    [
        ("34s", timedelta(seconds=34)),
        ("34.074824224s", timedelta(seconds=35)),
        ("0s", timedelta(0)),
        ("999999999s", timedelta(days=1)),
        ("soon", None),
        ("-5s", None),
        (7, None),
        (None, None),
    ],
)
def test_how_long_to_wait_is_in_the_details(delay: object, wait: timedelta | None) -> None:
    assert wait_of(delay) == wait


def test_a_header_says_how_long_to_wait_before_the_details_do() -> None:
    assert wait_of("34s", "7") == timedelta(seconds=7)


@pytest.mark.parametrize(
    "body",
    [
        error(400, "INVALID_ARGUMENT", "Read\n\n this.   " + "x" * 1000),
        [error(400, "INVALID_ARGUMENT", "Read this. " + "x" * 1000)],
        error(400, "INVALID_ARGUMENT", "Read this. " + "x" * 1000, (BAD_KEY,)),
    ],
)
def test_googles_own_words_are_quoted_in_one_short_line(body: Any) -> None:
    refusal = told(400, body)

    assert "It says: Read this. xxx" in refusal.detail
    assert "\n" not in refusal.detail
    assert len(refusal.detail) < 400
