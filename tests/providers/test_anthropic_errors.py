"""What a refusal of Anthropic's means, and what a person can do about it: "Errors" of the Claude API reference."""

from datetime import timedelta

import orjson
import pytest
from tests.support.anthropic_upstream import error

from arcano.providers import (
    ContextTooLongError,
    ModelNotFoundError,
    ProviderError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
)
from arcano.providers.adapters.anthropic_errors import error_event, error_from_messages_api

LOW = "Your credit balance is too low to access the Anthropic API."
SPENT = {"error_code": "enforced_spend_limit_reached"}
LONG = "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000"


def refused(status: int, body: object, retry_after: str | None = None) -> ProviderError:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return error_from_messages_api("Claude", status=status, retry_after=retry_after, body=raw)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, error("invalid_request_error"), ProviderRejectedRequestError),
        (400, error("invalid_request_error", LOW), ProviderRefusedKeyError),
        (400, error("invalid_request_error", LONG), ContextTooLongError),
        (400, error("invalid_request_error", "prompt is too long: 9 > 8"), ContextTooLongError),
        (401, error("authentication_error"), ProviderRefusedKeyError),
        (402, error("billing_error"), ProviderRefusedKeyError),
        (402, b"", ProviderRefusedKeyError),
        (403, error("permission_error"), ProviderRefusedKeyError),
        (404, error("not_found_error", "model: claude-9"), ModelNotFoundError),
        (413, error("request_too_large"), ContextTooLongError),
        (429, error("rate_limit_error"), ProviderOverloadedError),
        (429, error("rate_limit_error", details=SPENT), ProviderRefusedKeyError),
        (500, error("api_error"), ProviderError),
        (504, error("timeout_error"), ProviderUnreachableError),
        (529, error("overloaded_error"), ProviderOverloadedError),
        (302, {}, ProviderRejectedRequestError),
        (500, b"<html>", ProviderError),
        (418, [1], ProviderRejectedRequestError),
        (500, {"error": {"details": "x"}}, ProviderError),
    ],
)
def test_each_status_means_one_error_of_ours(
    status: int, body: object, kind: type[ProviderError]
) -> None:
    assert type(refused(status, body)) is kind


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("invalid_request_error", ProviderRejectedRequestError),
        ("authentication_error", ProviderRefusedKeyError),
        ("billing_error", ProviderRefusedKeyError),
        ("permission_error", ProviderRefusedKeyError),
        ("not_found_error", ModelNotFoundError),
        ("request_too_large", ContextTooLongError),
        ("rate_limit_error", ProviderOverloadedError),
        ("api_error", ProviderError),
        ("timeout_error", ProviderUnreachableError),
        ("overloaded_error", ProviderOverloadedError),
    ],
)
def test_an_error_in_a_stream_means_what_its_status_would(
    type_: str, kind: type[ProviderError]
) -> None:
    failure = error_event("Claude", error(type_, "Because."))

    assert type(failure) is kind
    assert "Because." in failure.detail


def test_how_long_to_wait_is_passed_on() -> None:
    assert refused(429, error("rate_limit_error"), "30").retry_after == timedelta(seconds=30)
    assert refused(529, error("overloaded_error")).retry_after is None
