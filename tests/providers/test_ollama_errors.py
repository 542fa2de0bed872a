"""What Ollama's refusal means, and what a person can do about it."""

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
from arcano.providers.adapters.ollama_errors import error_from_ollama, error_in_ollama_stream


def error(status: int, said: object = None, retry_after: str | None = None) -> ProviderError:
    body = said if isinstance(said, bytes) else orjson.dumps({"error": said})
    return error_from_ollama("Ollama", status=status, retry_after=retry_after, body=body)


@pytest.mark.parametrize(
    ("status", "said", "kind", "advice"),
    [
        (404, "model 'llama3.2' not found", ModelNotFoundError, "`ollama pull llama3.2`"),
        (404, 'model "qwen3:4b" not found, try pulling it first', ModelNotFoundError, "qwen3:4b`"),
        (404, b"404 page not found", ProviderRejectedRequestError, "base URL"),
        (404, "no such tag", ModelNotFoundError, "no such tag"),
        (400, '"m" does not support tools', ProviderRejectedRequestError, "support tools"),
        (400, '"m" does not support thinking', ProviderRejectedRequestError, "thinking"),
        (400, '"m" does not support chat', ProviderRejectedRequestError, "chat"),
        (400, "the input length exceeds the context length", ContextTooLongError, "Shorten"),
        (
            400,
            '{"error":{"code":400,"message":"request (9000 tokens) exceeds the available context size"}}',
            ContextTooLongError,
            "larger context",
        ),
        (
            400,
            "the prompt is longer than the context length currently available to the model",
            ContextTooLongError,
            "larger context",
        ),
        (
            500,
            "input length (9 tokens) exceeds the model's maximum context length (8 tokens)",
            ContextTooLongError,
            "Shorten",
        ),
        (
            500,
            "model requires more system memory (5.6 GiB) than is available (3.1 GiB)",
            ProviderError,
            "smaller one",
        ),
        (500, "llama-server process has terminated: exit status 2", ProviderError, "terminated"),
        (499, "request canceled", ProviderError, "Try again"),
        (503, "server busy, please try again.", ProviderOverloadedError, "server busy"),
        (429, "you have reached your hourly usage limit", ProviderOverloadedError, "hourly"),
        (
            401,
            b'{"error":"unauthorized","signin_url":"https://ollama.com/connect?key=abc"}',
            ProviderRefusedKeyError,
            "`ollama signin`",
        ),
        (401, "unauthorized", ProviderRefusedKeyError, "Check it"),
        (403, b"", ProviderRefusedKeyError, "403"),
        (
            403,
            "ollama cloud is disabled: remote inference is unavailable",
            ProviderRejectedRequestError,
            "ollama.com",
        ),
        (502, "upstream is gone", ProviderError, "upstream"),
        (302, b"", ProviderRejectedRequestError, "base URL"),
        (500, b"\xff\xfe not json", ProviderError, "500"),
        (500, ["x"], ProviderError, "500"),
    ],
)
def test_each_refusal_means_one_error_of_ours_and_says_what_to_do(
    status: int, said: object, kind: type[ProviderError], advice: str
) -> None:
    refusal = error(status, said)

    assert type(refusal) is kind
    assert advice in refusal.detail


@pytest.mark.parametrize(
    ("said", "kind", "advice"),
    [
        ("pull model manifest: file does not exist", ModelNotFoundError, "ollama.com/library"),
        ("write /x/blobs: no space left on device", ProviderError, "disk"),
        ("max retries exceeded: unexpected EOF", ProviderUnreachableError, "Pull again"),
        (
            'pull model manifest: Get "https://registry.ollama.ai/v2/": dial tcp: lookup failed',
            ProviderUnreachableError,
            "Pull again",
        ),
        ("request (9 tokens) exceeds the available context size", ContextTooLongError, "Shorten"),
        ("model runner has unexpectedly stopped", ProviderError, "unexpectedly stopped"),
        ({"message": "as other servers say it"}, ProviderError, "as other servers"),
        (None, ProviderError, "500"),
        ([1], ProviderError, "500"),
    ],
)
def test_an_error_line_means_one_error_of_ours_too(
    said: object, kind: type[ProviderError], advice: str
) -> None:
    failure = error_in_ollama_stream("Ollama", said)

    assert type(failure) is kind
    assert advice in failure.detail


def test_how_long_to_wait_is_passed_on() -> None:
    assert error(503, "server busy", "30").retry_after == timedelta(seconds=30)


def test_a_quoted_key_reaches_nobody() -> None:
    failure = error_in_ollama_stream("Ollama", "bad key sk-secret", key="sk-secret")

    assert "sk-secret" not in failure.detail
    assert "[key]" in failure.detail
