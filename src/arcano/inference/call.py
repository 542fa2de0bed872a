"""One call, as those who make it state it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from arcano.identity import KeyLimits, KeyScope
from arcano.inference.queue import Priority
from arcano.platform.acts import origin
from arcano.providers import ModelRequest
from arcano.usage import Caller, Door

_NO_LIMITS = KeyLimits()


def asked_from() -> str:
    """The network address that asks; empty where nobody does."""
    return origin.get().address or ""


def caller_of(
    user_id: str,
    key: KeyScope | None,
    *,
    door: Door,
    address: str,
    conversation_id: str | None = None,
    message_id: str | None = None,
    group_ids: frozenset[str] | None = None,
) -> Caller:
    """In whose name a call is made, for the ledger and for limits."""
    return Caller(
        user_id,
        door=door,
        key_id=None if key is None else key.id,
        conversation_id=conversation_id,
        message_id=message_id,
        address=address,
        key_limits=None if key is None or key.limits == _NO_LIMITS else key.limits,
        group_ids=group_ids,
    )


@dataclass(frozen=True, slots=True)
class Call:
    """A question for whoever may answer it.

    `request.model` is what a person chose: a model id or the name of a route. `user_id` is who waits
    and how fairness counts, with `weight`; calls of one `conversation_id` stay with one variant.
    `input_tokens` where the caller counted them; else they are estimated from the text. `anew`: no
    answer that was kept will do. `tainted`: something in it came from where nobody vouches for it, so
    that its answer is kept for nobody. `bare`: it is a text to go on with and no question, where a target
    `completes`. The rest is for the ledger and for limits: through which door the call came, with
    which key, from where, which message its answer will be, and the groups of who asks where those are known.
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
    key: KeyScope | None = None
    message_id: str | None = None
    group_ids: frozenset[str] | None = None
    address: str = field(default_factory=asked_from)

    @property
    def caller(self) -> Caller:
        """In whose name it is made, for the ledger."""
        return caller_of(
            self.user_id,
            self.key,
            door=self.door,
            address=self.address,
            conversation_id=self.conversation_id,
            message_id=self.message_id,
            group_ids=self.group_ids,
        )
