"""What we know about kinds of servers and models, as data. Adding a server is a row, not a class."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Profile:
    """How one server wants to be spoken to, and what its models can do.

    `context_tokens` is what fits in one call, question and answer together; None where unknown.
    `continues_answers`: a last message of the assistant is continued, not answered.
    `reports_usage`: it accepts `stream_options.include_usage`.
    """

    context_tokens: int | None = None
    capabilities: frozenset[str] = frozenset()
    continues_answers: bool = False
    reports_usage: bool = True
    max_tokens_field: str = "max_tokens"


GENERIC = Profile()
OPENAI = replace(GENERIC, max_tokens_field="max_completion_tokens")
OLLAMA = replace(GENERIC, continues_answers=True)
LLAMA_CPP = replace(GENERIC, continues_answers=True)


def profile_for(base_url: str) -> Profile:
    """What we know of a server by its address."""
    if "//api.openai.com" in base_url:
        return OPENAI
    if ":11434" in base_url:
        return OLLAMA
    return GENERIC
