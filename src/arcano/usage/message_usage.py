"""What the answers of one conversation used: of each message, and of all together.

Who may read the conversation, its own feature has asked before.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, func, select, type_coerce

from arcano.usage.tables import LEDGER


@dataclass(frozen=True, slots=True)
class MessageUsage:
    """What calls used for one message; `message_id` None: for the conversation besides, as for its summaries.

    `cost_micros` of those whose price is known, and `unpriced` how many calls there were beside them.
    """

    message_id: str | None
    calls: int
    unpriced: int
    estimated: int
    input_tokens: int
    output_tokens: int
    cost_micros: int


def usage_of_conversation(connection: Connection, conversation_id: str) -> list[MessageUsage]:
    """Of all calls that are over. Each call is in exactly one of them, so that their sum is that of the ledger."""
    c = LEDGER.c
    rows = connection.execute(
        select(
            c.message_id,
            func.count().label("calls"),
            func.sum(_counted(c.cost_micros.is_(None))).label("unpriced"),
            func.sum(_counted(c.estimated)).label("estimated"),
            func.coalesce(func.sum(c.input_tokens), 0).label("input_tokens"),
            func.coalesce(func.sum(c.output_tokens), 0).label("output_tokens"),
            func.coalesce(func.sum(c.cost_micros), 0).label("cost_micros"),
        )
        .where(c.conversation_id == conversation_id, c.outcome != "running")
        .group_by(c.message_id)
        .order_by(c.message_id)
    )
    return [MessageUsage(*row) for row in rows]


def _counted(condition: ColumnElement[Any]) -> ColumnElement[int]:
    """As a number: a sum of truths would come back as a truth."""
    return type_coerce(condition, Integer)
