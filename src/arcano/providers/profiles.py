"""What we know about kinds of servers and models, as data. Adding a server is a row, not a class.

Sources: OpenAI API reference, "Create chat completion", and guide "Reasoning"; vLLM docs, "OpenAI-Compatible
Server"; SGLang docs, "OpenAI APIs - Completions"; llama.cpp, `tools/server/README.md`; LM Studio docs,
"OpenAI Compatibility" and "REST API v0"; RunPod docs, "OpenAI compatibility"; OpenRouter API reference,
"Parameters" and "Reasoning tokens"; Groq docs, "OpenAI compatibility"; Ollama docs, "OpenAI compatibility";
Mistral API reference, "Chat completion".
"""

from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from arcano.providers.provider import OfferedModel
from arcano.providers.takes import MOST_STOPS, Range, Takes

Effort = Literal["field", "template", "object"]
"""How a server is told how much to think: `reasoning_effort`; the same, with `none` told to the chat
template, because these servers take it for no effort they know; or an object `reasoning`."""


@dataclass(frozen=True, slots=True)
class ModelRule:
    """What models whose name begins so refuse: left out of what is sent, by our names of it.

    `reasoning` stands for all that has to do with thinking.
    """

    begins: str
    refuses: frozenset[str]


@dataclass(frozen=True, slots=True)
class HeaderNames:
    """In which headers a server names the call and says what is left of its limits."""

    request_id: str = "X-Request-Id"
    requests_left: str = "X-RateLimit-Remaining-Requests"
    tokens_left: str = "X-RateLimit-Remaining-Tokens"
    requests_reset: str = "X-RateLimit-Reset-Requests"
    tokens_reset: str = "X-RateLimit-Reset-Tokens"


@dataclass(frozen=True, slots=True)
class Profile:
    """How one server wants to be spoken to, and what its models can do.

    `context_tokens` is what fits in one call, question and answer together; None where unknown.
    `continues_answers`: a last message of the assistant is continued, not answered; `continuing` is
    said with it.
    `reports_usage`: it accepts `stream_options.include_usage`.
    `warmest` is its highest temperature, `most_stops` how many texts may end an answer.
    `refuses`: parameters that none of its models takes; `rules`: those that some refuse, first match.
    `required_tool` is its word for "call a tool"; `names_forced_tool`: it can be told which one.
    `vectors_as_base64`: it can send embeddings as bytes, which is a fifth of the text and faster.
    `native_list`: where, on its host, it describes its models better than OpenAI's list can.
    """

    context_tokens: int | None = None
    capabilities: frozenset[str] = frozenset()
    continues_answers: bool = False
    continuing: tuple[tuple[str, bool], ...] = ()
    reports_usage: bool = True
    max_tokens_field: str = "max_tokens"
    seed_field: str = "seed"
    effort: Effort = "field"
    warmest: float = 2.0
    most_stops: int = MOST_STOPS
    refuses: frozenset[str] = frozenset()
    rules: tuple[ModelRule, ...] = ()
    required_tool: str = "required"
    names_forced_tool: bool = True
    vectors_as_base64: bool = False
    native_list: str | None = None
    headers: HeaderNames = HeaderNames()

    def takes(self, offered: OfferedModel) -> Takes:
        """What a model of this server takes, by its name and by what the server says of it."""
        refused = self.refused_by(offered.name)
        # Only OpenRouter says of every model whether it thinks; of others, silence means nothing.
        told = offered.capabilities if self.effort == "object" else None
        thinks = "reasoning" not in refused and (told is None or "reasoning" in told)
        return Takes(
            temperature=None if "temperature" in refused else Range(0, self.warmest),
            top_p=None if "top_p" in refused else Range(0, 1),
            max_tokens=Range(1, offered.max_output_tokens),
            stop=0 if "stop" in refused else self.most_stops,
            seed="seed" not in refused,
            efforts=Takes().efforts if thinks else (),
            json_schema="json_schema" not in refused,
        )

    def refused_by(self, model: str) -> frozenset[str]:
        """What is not sent to `model`."""
        for rule in self.rules:
            if model.startswith(rule.begins):
                return self.refuses | rule.refuses
        return self.refuses


_SAMPLING = frozenset({"temperature", "top_p"})
_PLAIN = frozenset({"reasoning"})
_OPENAI_MODELS = (
    ModelRule("gpt-5-chat", _PLAIN),
    ModelRule("gpt-5", _SAMPLING),
    ModelRule("o1", _SAMPLING | {"stop", "parallel_tools"}),
    ModelRule("o3", _SAMPLING | {"stop", "parallel_tools"}),
    ModelRule("o4", _SAMPLING | {"stop", "parallel_tools"}),
    ModelRule("gpt-4", _PLAIN),
    ModelRule("gpt-3", _PLAIN),
    ModelRule("chatgpt", _PLAIN),
)

GENERIC = Profile()
OPENAI = replace(
    GENERIC,
    max_tokens_field="max_completion_tokens",
    most_stops=4,
    rules=_OPENAI_MODELS,
    vectors_as_base64=True,
)
OLLAMA = replace(GENERIC, continues_answers=True, names_forced_tool=False)
LLAMA_CPP = replace(
    GENERIC,
    continues_answers=True,
    effort="template",
    names_forced_tool=False,
    vectors_as_base64=True,
)
SGLANG = replace(
    GENERIC,
    continues_answers=True,
    continuing=(("continue_final_message", True),),
    effort="template",
)
VLLM = replace(
    SGLANG,
    continuing=(("continue_final_message", True), ("add_generation_prompt", False)),
    vectors_as_base64=True,
)
RUNPOD = VLLM
"""RunPod's serverless workers that speak this format are vLLM."""
LM_STUDIO = replace(GENERIC, names_forced_tool=False, native_list="/api/v0/models")
OPENROUTER = replace(GENERIC, effort="object")
GROQ = replace(GENERIC, max_tokens_field="max_completion_tokens")
MISTRAL = replace(
    GENERIC,
    continues_answers=True,
    # It refuses fields it does not know, and reports usage unasked.
    reports_usage=False,
    warmest=1.5,
    seed_field="random_seed",
    required_tool="any",
    headers=HeaderNames(
        request_id="Mistral-Correlation-Id",
        requests_left="X-RateLimit-Remaining-Req-Minute",
        tokens_left="X-RateLimit-Remaining-Tokens-Minute",
    ),
)

_BY_HOST = {
    "api.openai.com": OPENAI,
    "openrouter.ai": OPENROUTER,
    "api.groq.com": GROQ,
    "api.mistral.ai": MISTRAL,
    "api.runpod.ai": RUNPOD,
}
_BY_PORT = {11434: OLLAMA, 1234: LM_STUDIO, 30000: SGLANG}
"""Only ports that hardly anything else listens on: vLLM's 8000 and llama.cpp's 8080 say nothing."""

_BY_OWNER = {"vllm": VLLM, "sglang": SGLANG, "llamacpp": LLAMA_CPP, "llama.cpp": LLAMA_CPP}


def known_hosts() -> frozenset[str]:
    """The hosts of providers that everybody knows."""
    return frozenset(_BY_HOST)


def profile_for(base_url: str) -> Profile:
    """What we know of a server by its address."""
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return GENERIC
    if host in _BY_HOST:
        return _BY_HOST[host]
    # Pods of RunPod are reached through its proxy, where the port is part of the name.
    if port is None and host.endswith(".proxy.runpod.net"):
        _, _, digits = host.partition(".")[0].rpartition("-")
        port = int(digits) if digits.isdecimal() else None
    return _BY_PORT.get(port or 0, GENERIC)


def profile_of_owner(owner: str) -> Profile | None:
    """What we know of a server by the owner that it names in its list of models."""
    return _BY_OWNER.get(owner)
