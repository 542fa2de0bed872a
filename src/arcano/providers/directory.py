"""Which models there are, from all connections, and which one a name means."""

from dataclasses import dataclass
from typing import Protocol

from arcano.providers.chat_model import ChatModel
from arcano.providers.prices import Price
from arcano.providers.takes import TAKES_ALL, Takes

USUAL_IMAGE_TOKENS = 1_600


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model ready to be asked. `upstream_name` is what its server calls it.

    `place` tells servers apart that have a model of one name: it is another one when the address changes, and for a
    file of this machine when another one takes its place.
    `takes` is what can be said to it about how it writes. `image_tokens` is what an image takes of the window, at most.
    `price` None: nobody knows it. `provider` is what kind of server it is at,
    as OpenTelemetry calls it.
    """

    model: ChatModel
    upstream_name: str
    context_tokens: int | None
    place: str = ""
    image_tokens: int = USUAL_IMAGE_TOKENS
    takes: Takes = TAKES_ALL
    price: Price | None = None
    provider: str = "local"


class ModelDirectory(Protocol):
    """What those who ask models need to know."""

    async def find(self, model_id: str) -> FoundModel:
        """The model that a person's choice means.

        Raises:
            ModelNotFoundError: Nobody knows it.
        """
        ...

    def seen_by(self, user_id: str | None) -> "ModelDirectory":
        """The same, together with the models that only this person may use. None: nobody's.

        Without it those are not found, so that forgetting to say who asks shows nobody's to anybody.
        """
        del user_id
        return self
