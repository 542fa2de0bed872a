"""What a conversation and its answers used, as its doors tell it."""

from collections.abc import Collection, Sequence
from typing import Self

from pydantic import BaseModel

from arcano.usage import MessageUsage


class UsedView(BaseModel):
    """`cost_micros`: millionths of a dollar, of the calls whose price is known; null where none is."""

    calls: int
    unpriced: int
    """Calls of which nobody knows the price."""
    estimated: int
    """Calls of which nobody counted the tokens but us."""
    input_tokens: int
    output_tokens: int
    cost_micros: int | None


class MessageUsageView(UsedView):
    message_id: str


class ConversationUsageView(BaseModel):
    """The total is that of the messages and of what else was done for the conversation, such as summaries."""

    total: UsedView
    branch: UsedView
    """That of the messages on the branch that is shown."""
    other: UsedView
    messages: list[MessageUsageView]

    @classmethod
    def of(cls, found: Sequence[MessageUsage], *, shown: Collection[str]) -> Self:
        return cls(
            total=_used(found),
            branch=_used([one for one in found if one.message_id in shown]),
            other=_used([one for one in found if one.message_id is None]),
            messages=[
                MessageUsageView(message_id=one.message_id, **_used([one]).model_dump())
                for one in found
                if one.message_id is not None
            ],
        )


def _used(some: Sequence[MessageUsage]) -> UsedView:
    calls, unpriced = sum(one.calls for one in some), sum(one.unpriced for one in some)
    cost = sum(one.cost_micros for one in some)
    return UsedView(
        calls=calls,
        unpriced=unpriced,
        estimated=sum(one.estimated for one in some),
        input_tokens=sum(one.input_tokens for one in some),
        output_tokens=sum(one.output_tokens for one in some),
        cost_micros=None if calls and unpriced == calls else cost,
    )
