"""What a server's refusal means, and what a person can do about it."""

from datetime import timedelta

import orjson
import pytest

from arcano.providers import (
    ContextTooLongError,
    ModelNotFoundError,
    ProviderError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
)
from arcano.providers.adapters.openai_errors import error_from_answer


def error(status: int, body: object = None, retry_after: str | None = None) -> ProviderError:
    raw = body if isinstance(body, bytes) else orjson.dumps(body or {})
    return error_from_answer("Upstream", status=status, retry_after=retry_after, body=raw)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"error": {"message": "no key"}}, ProviderRefusedKeyError),
        (403, {}, ProviderRefusedKeyError),
        (404, {"error": {"message": "no model"}}, ModelNotFoundError),
        (400, {"error": {"message": "bad"}}, ProviderRejectedRequestError),
        (400, {"error": {"code": "context_length_exceeded"}}, ContextTooLongError),
        (400, {"error": {"message": "exceeds the available context size"}}, ContextTooLongError),
        (400, {"error": {"message": "maximum context length is 8192"}}, ContextTooLongError),
        (413, b"<html>", ContextTooLongError),
        (422, {"detail": "what?"}, ProviderRejectedRequestError),
        (429, {"error": {"message": "slow"}}, ProviderOverloadedError),
        (429, {"error": {"code": "insufficient_quota"}}, ProviderRefusedKeyError),
        (503, {}, ProviderOverloadedError),
        (529, {}, ProviderOverloadedError),
        (504, {}, ProviderUnreachableError),
        (500, {"error": "boom"}, ProviderError),
        (302, {}, ProviderRejectedRequestError),
        (500, b"\xff\xfe not json", ProviderError),
        (500, [1, 2], ProviderError),
        (500, {"error": [1]}, ProviderError),
    ],
)
def test_each_status_means_one_error_of_ours(
    status: int, body: object, kind: type[ProviderError]
) -> None:
    assert type(error(status, body)) is kind


@pytest.mark.parametrize(
    ("header", "wait"),
    [("30", timedelta(seconds=30)), ("999999999", timedelta(days=1)), ("soon", None), (None, None)],
)
def test_how_long_to_wait_is_passed_on(header: str | None, wait: timedelta | None) -> None:
    assert error(429, retry_after=header).retry_after == wait


def test_the_servers_own_words_are_quoted_in_one_short_line() -> None:
    refusal = error(400, {"error": {"message": "line one\n\nline   two " + "x" * 1000}})

    assert "line one line two" in refusal.detail
    assert "\n" not in refusal.detail
    assert len(refusal.detail) < 400
