"""The one interface behind which every provider stands."""

from collections.abc import AsyncGenerator
from typing import Protocol

from arcano.providers.events import ModelEvent
from arcano.providers.request import ModelRequest


class ChatModel(Protocol):
    """A place that answers. One object serves many models and many calls at once."""

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
