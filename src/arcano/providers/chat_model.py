"""The one interface behind which every provider stands."""

from collections.abc import AsyncGenerator
from typing import ClassVar, Protocol

from arcano.providers.events import ModelEvent
from arcano.providers.request import ModelRequest


class ChatModel(Protocol):
    """A place that answers. One object serves many models and many calls at once.

    `dialect`: the format in which its answers can be passed on as they come, to callers who speak it; None: there is
    none. `stream` does so for a request with `wire` in that dialect, or answers in our events where they lose nothing;
    all that is `beyond` us is told to the model. `prompt_dialect`: the same for bare prompts, for what a
    `CompletionModel` writes after one.
    """

    dialect: ClassVar[str | None] = None
    prompt_dialect: ClassVar[str | None] = None

    def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        """Answer piece by piece.

        Yields exactly one `ModelFinished`, last. Closing the generator, or cancelling the task that
        reads it, ends the call at the provider within a second. How long it may be silent is for the
        one who listens to say.

        Raises:
            ProviderOverloadedError: Try again after `retry_after`.
            ContextTooLongError: Shorten the conversation.
            SealRefusedError: Ask again without the seals in the request.
            StreamCutError: The stream ended without its own end; what was yielded stands.
            ProviderError: Anything else the provider did.
        """
        ...
