"""What a server's refusal means, and what a person can do about it."""

import time
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
from arcano.providers.adapters.openai_errors import error_from_answer, error_in_stream


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
        (
            500,
            {"error": {"message": "too large to process. increase the physical batch size"}},
            ContextTooLongError,
        ),
        (422, {"detail": "what?"}, ProviderRejectedRequestError),
        (429, {"error": {"message": "slow"}}, ProviderOverloadedError),
        (429, {"error": {"code": "insufficient_quota"}}, ProviderRefusedKeyError),
        (503, {}, ProviderOverloadedError),
        (529, {}, ProviderOverloadedError),
        (504, {}, ProviderUnreachableError),
        (500, {"error": "boom"}, ProviderError),
        (302, {}, ProviderRejectedRequestError),
        (402, {"error": {"message": "Insufficient credits"}}, ProviderRefusedKeyError),
        (498, {}, ProviderOverloadedError),
        (403, {"error": {"message": "Input was flagged"}}, ProviderRejectedRequestError),
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
    [
        ("30", timedelta(seconds=30)),
        ("999999999", timedelta(days=1)),
        ("soon", None),
        ("-3", None),
        ("1.5", timedelta(seconds=1.5)),
        (None, None),
    ],
)
def test_how_long_to_wait_is_passed_on(header: str | None, wait: timedelta | None) -> None:
    assert error(429, retry_after=header).retry_after == wait


def test_the_servers_own_words_are_quoted_in_one_short_line() -> None:
    refusal = error(400, {"error": {"message": "line one\n\nline   two " + "x" * 1000}})

    assert "line one line two" in refusal.detail
    assert "\n" not in refusal.detail
    assert len(refusal.detail) < 400


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"detail": "Unauthorized"}, "Unauthorized"),
        ({"object": "error", "message": "No.", "type": "invalid_request_error"}, "No."),
        (
            {"detail": [{"loc": ["body", "n", 0], "msg": "too small"}, {"msg": "odd"}]},
            "body.n.0: too small; odd",
        ),
        ({"object": "error", "message": {"detail": [{"msg": "bad"}]}}, "bad"),
        ({"error": {"message": "Failed", "metadata": {"raw": "busy"}}}, "Failed (busy)"),
        ({"error": "plain"}, "plain"),
    ],
)
def test_the_servers_own_words_are_found_wherever_it_puts_them(body: object, words: str) -> None:
    assert error(400, body).detail.endswith(f"It says: {words}")


def test_words_buried_too_deep_are_left_there() -> None:
    buried = b'{"detail":' * 900 + b"1" + b"}" * 900

    assert "It says" not in error(400, buried).detail


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"code": "rate_limit_exceeded"}, ProviderOverloadedError),
        ({"code": "429"}, ProviderOverloadedError),
        ({"code": None, "type": "overloaded_error"}, ProviderOverloadedError),
        ({"code": "insufficient_quota"}, ProviderRefusedKeyError),
        ({"code": "invalid_api_key"}, ProviderRefusedKeyError),
        ({"code": "context_length_exceeded"}, ContextTooLongError),
        ({"code": "model_not_found"}, ModelNotFoundError),
        ({"code": "invalid_prompt"}, ProviderRejectedRequestError),
        ({"code": "timeout"}, ProviderUnreachableError),
        ({"code": "server_error"}, ProviderError),
        ({"code": True}, ProviderError),
        ("boom", ProviderError),
        (None, ProviderError),
    ],
)
def test_an_error_in_a_stream_is_known_by_its_word(said: object, kind: type[ProviderError]) -> None:
    assert type(error_in_stream("Upstream", said)) is kind


def test_a_word_for_an_error_that_goes_on_and_on_holds_nobody_up() -> None:
    word = "encrypted content " * 15_000
    began = time.process_time()

    failure = error_in_stream("Upstream", {"code": word, "status": 400})

    # Searched whole it took seconds, and the square of that for one as long as an event may be.
    assert time.process_time() - began < 0.5
    assert isinstance(failure, ProviderRejectedRequestError)
