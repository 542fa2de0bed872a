"""What is known of a server by its address."""

import pytest

from arcano.providers.profiles import (
    GENERIC,
    GROQ,
    LLAMA_CPP,
    LM_STUDIO,
    MISTRAL,
    OLLAMA,
    OPENAI,
    OPENROUTER,
    RUNPOD,
    SGLANG,
    VLLM,
    Profile,
    profile_for,
    profile_of_owner,
)


@pytest.mark.parametrize(
    ("address", "profile"),
    [
        ("https://api.openai.com/v1", OPENAI),
        ("https://openrouter.ai/api/v1", OPENROUTER),
        ("https://api.groq.com/openai/v1", GROQ),
        ("https://api.mistral.ai/v1", MISTRAL),
        ("https://api.runpod.ai/v2/abc123/openai/v1", RUNPOD),
        ("https://abc123-11434.proxy.runpod.net/v1", OLLAMA),
        ("https://abc123-30000.proxy.runpod.net/v1", SGLANG),
        ("https://abc123-web.proxy.runpod.net/v1", GENERIC),
        ("http://127.0.0.1:11434/v1", OLLAMA),
        ("http://[::1]:1234/v1", LM_STUDIO),
        ("http://gpu.example:30000/v1", SGLANG),
        ("http://gpu.example:8000/v1", GENERIC),
        ("https://openrouter.ai.example/api/v1", GENERIC),
        ("https://example/?to=//api.openai.com", GENERIC),
        ("http://[nonsense", GENERIC),
        ("http://host:99999999/v1", GENERIC),
        ("", GENERIC),
    ],
)
def test_an_address_tells_the_kind_of_server(address: str, profile: Profile) -> None:
    assert profile_for(address) is profile


def test_the_owner_of_its_models_tells_it_too() -> None:
    assert profile_of_owner("vllm") is VLLM
    assert profile_of_owner("llamacpp") is LLAMA_CPP
    assert profile_of_owner("somebody") is None


def test_the_first_rule_that_fits_a_model_counts() -> None:
    assert OPENAI.refused_by("gpt-5-chat-latest") == {"reasoning"}
    assert OPENAI.refused_by("gpt-5-mini") == {"temperature", "top_p"}
    assert "stop" in OPENAI.refused_by("o3-mini")
    assert OPENAI.refused_by("something-new") == frozenset()
