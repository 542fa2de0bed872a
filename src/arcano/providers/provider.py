"""What a server can do besides answering: say which models it has, embed texts, go on with prompts, count tokens.

Each is a port of its own, because not every server can do all of it. An adapter implements `ChatModel`
and `ModelLister`, and of the others what its wire format has.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from arcano.providers.errors import ProviderError
from arcano.providers.events import FinishReason, TokenUsage
from arcano.providers.request import ModelRequest, Parameters
from arcano.providers.takes import Takes


@dataclass(frozen=True, slots=True)
class OfferedModel:
    """A model as its server describes it; None where the server does not say.

    `context_tokens` is what fits in one call. `capabilities` are words of ours: `images`, `tools`,
    `reasoning`, `json-schema`, `embeddings`, `chat`. `loaded`: it is in memory and answers at once.
    """

    name: str
    context_tokens: int | None = None
    max_output_tokens: int | None = None
    capabilities: frozenset[str] | None = None
    loaded: bool | None = None
    size_bytes: int | None = None


class ParameterTaker(Protocol):
    """A server of whose models it is known what can be said to them."""

    def takes(self, offered: OfferedModel) -> Takes:
        """What this model takes, as far as we and its server know."""
        ...


class ModelLister(Protocol):
    """A server that can be asked for its models."""

    async def list_models(self) -> list[OfferedModel]:
        """The models that the server offers, in its order, all pages of it.

        Raises:
            ProviderError: It could not be asked, or answered something else.
        """
        ...


@dataclass(frozen=True, slots=True)
class Embeddings:
    """One vector for each text, in the order of the texts, all of one length."""

    vectors: tuple[tuple[float, ...], ...]
    usage: TokenUsage | None = None


@runtime_checkable
class EmbeddingModel(Protocol):
    """A server that turns texts into vectors."""

    async def embed(
        self, model: str, texts: tuple[str, ...], *, dimensions: int | None = None
    ) -> Embeddings:
        """Embed texts in one call.

        `dimensions` asks for shorter vectors where the model can; None is the model's own length.

        Raises:
            ProviderError: As for `ChatModel.stream`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model wrote after one prompt. `usage` where its server counted this prompt for itself."""

    text: str
    reason: FinishReason
    usage: TokenUsage | None = None


@dataclass(frozen=True, slots=True)
class Completions:
    """One outcome for each prompt, in their order: what was written, or why nothing was.

    `usage` is that of all outcomes together, where the server counted them so.
    """

    outcomes: tuple[Completion | ProviderError, ...]
    usage: TokenUsage | None = None


@runtime_checkable
class CompletionModel(Protocol):
    """A server that goes on with bare texts, several in one call: without messages and their template."""

    async def complete(
        self, model: str, prompts: tuple[str, ...], parameters: Parameters
    ) -> Completions:
        """Go on with each prompt, at least one, with the same parameters; how much to think is not said.

        How long it may be silent is for the one who waits to say; cancelling ends the call.

        Raises:
            ProviderError: The call failed as a whole, as for `ChatModel.stream`.
        """
        ...


@runtime_checkable
class TokenCounter(Protocol):
    """A server that counts the tokens of a request without answering it."""

    async def count_tokens(self, request: ModelRequest) -> int:
        """The tokens that `request` would be read as.

        Raises:
            ProviderError: As for `ChatModel.stream`.
        """
        ...
