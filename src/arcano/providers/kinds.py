"""Which kinds of servers can be connected, as data: what each is called, where it is, who speaks to it."""

from dataclasses import dataclass
from functools import partial
from typing import Literal, Protocol, get_args

import aiohttp

from arcano.providers.adapters import litellm
from arcano.providers.adapters.anthropic import AnthropicModel
from arcano.providers.adapters.gemini import GeminiModel
from arcano.providers.adapters.mistral import MistralModel
from arcano.providers.adapters.ollama import OllamaModel
from arcano.providers.adapters.openai_compatible import OpenAICompatibleModel
from arcano.providers.adapters.responses import OpenAIResponsesModel
from arcano.providers.chat_model import ChatModel
from arcano.providers.directory import USUAL_IMAGE_TOKENS
from arcano.providers.profiles import profile_for
from arcano.providers.provider import ModelLister, ParameterTaker

ConnectionKind = Literal[
    "openai-compatible",
    "openai-responses",
    "anthropic",
    "mistral",
    "gemini",
    "ollama",
    "litellm",
]


class Adapter(ChatModel, ModelLister, ParameterTaker, Protocol):
    """Speaks to one server: asks its models, and says which there are and what they take."""


class MakeAdapter(Protocol):
    """Builds the adapter for one connection. `http` is shared and lives longer."""

    def __call__(
        self, *, name: str, base_url: str, key: str | None, http: aiohttp.ClientSession
    ) -> Adapter: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of server. `base_url` is where the vendor's own is; None where everybody has another.

    `installed`: this server has what it takes to speak to it. `own_way_out`: it is asked by a library with connections
    of its own, which nobody keeps from private addresses. `image_tokens` is what the largest image takes of a window, as the vendor says.
    `make_unmarked` is for servers that leave out the mark of an answer's end; None where the end is an event that says something.
    """

    id: ConnectionKind
    label: str
    base_url: str | None
    make: MakeAdapter
    needs_key: bool = False
    installed: bool = True
    own_way_out: bool = False
    image_tokens: int = USUAL_IMAGE_TOKENS
    make_unmarked: MakeAdapter | None = None
    known_as: str = ""

    @property
    def provider(self) -> str:
        """What OpenTelemetry's conventions for models call it (`gen_ai.provider.name`), where they know it."""
        return self.known_as or self.id


def _openai_compatible(
    *,
    name: str,
    base_url: str,
    key: str | None,
    http: aiohttp.ClientSession,
    unmarked_end: bool = False,
) -> Adapter:
    return OpenAICompatibleModel(
        name=name,
        base_url=base_url,
        key=key,
        http=http,
        profile=profile_for(base_url),
        unmarked_end=unmarked_end,
    )


_ALL = (
    Kind(
        "openai-compatible",
        "OpenAI-compatible",
        None,
        _openai_compatible,
        make_unmarked=partial(_openai_compatible, unmarked_end=True),
    ),
    Kind(
        "openai-responses",
        "OpenAI (Responses API)",
        "https://api.openai.com/v1",
        OpenAIResponsesModel,
        needs_key=True,
        known_as="openai",
    ),
    Kind(
        "mistral",
        "Mistral",
        "https://api.mistral.ai/v1",
        MistralModel,
        needs_key=True,
        image_tokens=4_096,  # a token for each 16 by 16 pixels, of at most 1024 by 1024
        known_as="mistral_ai",
    ),
    Kind("anthropic", "Anthropic", "https://api.anthropic.com", AnthropicModel, needs_key=True),
    Kind(
        "gemini",
        "Google Gemini",
        "https://generativelanguage.googleapis.com/v1beta",
        GeminiModel,
        needs_key=True,
        known_as="gcp.gemini",
    ),
    Kind("ollama", "Ollama", "http://127.0.0.1:11434", OllamaModel),
    Kind(
        "litellm",
        "LiteLLM",
        litellm.EACH_ITS_OWN,
        litellm.LiteLLMModel,
        installed=litellm.is_installed(),
        own_way_out=True,
    ),
)
KINDS: dict[ConnectionKind, Kind] = {kind.id: kind for kind in _ALL}
assert set(KINDS) == set(get_args(ConnectionKind))  # noqa: S101 - a kind without a row is a mistake of ours
