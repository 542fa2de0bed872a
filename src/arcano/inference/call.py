"""One call, as those who make it state it."""

from dataclasses import dataclass

from arcano.inference.queue import Priority
from arcano.providers import ModelRequest


@dataclass(frozen=True, slots=True)
class Call:
    """A question for whoever may answer it.

    `request.model` is what a person chose: a model id or the name of a route. `user_id` is who waits
    and how fairness counts, with `weight`; calls of one `conversation_id` stay with one variant.
    `input_tokens` where the caller counted them; else they are estimated from the text.
    """

    request: ModelRequest
    user_id: str
    conversation_id: str | None = None
    priority: Priority = "interactive"
    weight: float = 1.0
    input_tokens: int | None = None
