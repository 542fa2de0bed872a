"""One call, as those who make it state it."""

from collections.abc import Mapping
from dataclasses import dataclass

from arcano.inference.queue import Priority
from arcano.providers import ModelRequest
from arcano.usage import Caller, Door


@dataclass(frozen=True, slots=True)
class Call:
    """A question for whoever may answer it.

    `request.model` is what a person chose: a model id or the name of a route. `user_id` is who waits
    and how fairness counts, with `weight`; calls of one `conversation_id` stay with one variant.
    `input_tokens` where the caller counted them; else they are estimated from the text. `anew`: no
    answer that was kept will do. `tainted`: something in it came from where nobody vouches for it, so
    that its answer is kept for nobody. `bare`: it is a text to go on with and no question, where a target
    `completes`. The rest is for the ledger: through which door the call came, with
    which key, and which message its answer will be.
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
    bare: bool = False
    door: Door = "page"
    key_id: str | None = None
    message_id: str | None = None
    address: str = ""

    @property
    def caller(self) -> Caller:
        """In whose name it is made, for the ledger."""
        return Caller(
            self.user_id,
            door=self.door,
            key_id=self.key_id,
            conversation_id=self.conversation_id,
            message_id=self.message_id,
            address=self.address,
        )
