"""One call, as those who make it state it."""

from collections.abc import Mapping
from dataclasses import dataclass

from arcano.inference.queue import Priority
from arcano.providers import ModelRequest


@dataclass(frozen=True, slots=True)
class Call:
    """A question for whoever may answer it.

    `request.model` is what a person chose: a model id or the name of a route. `user_id` is who waits
    and how fairness counts, with `weight`; calls of one `conversation_id` stay with one variant.
    `input_tokens` where the caller counted them; else they are estimated from the text. `anew`: no
    answer that was kept will do. `tainted`: something in it came from where nobody vouches for it, so
    that its answer is kept for nobody.
    """

    request: ModelRequest
    user_id: str
    conversation_id: str | None = None
    priority: Priority = "interactive"
    weight: float = 1.0
    input_tokens: int | None = None
    rooms: Mapping[str, int] | None = None
    anew: bool = False
    tainted: bool = False
