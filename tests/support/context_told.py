"""What was told of a context, what was sent of it, and changing what happens when it is full."""

from typing import Any

import orjson
from tests.support.chat_house import ChatHouse

from arcano.chat.domain import TurnId
from arcano.chat.repository import ConversationRepository
from arcano.providers import ModelRequest


async def told(house: ChatHouse, turn: TurnId) -> dict[str, Any]:
    """What was said of the context on the log: once, before the first word."""
    events = [(name, orjson.loads(data)) for _, (name, data) in await house.hear(turn)]
    (context,) = (event for name, event in events if name == "context")
    names = [name for name, _ in events]
    if "text-delta" in names:
        assert names.index("context") < names.index("text-delta")
    return context


async def policy(house: ChatHouse, name: str, model: str | None = None) -> None:
    await house.database.write(
        lambda c: ConversationRepository(c, house.person).change(
            house.conversation, context_policy=name, summary_model=model
        )
    )
    house.runner.readings.forget(house.conversation)


def texts(request: ModelRequest) -> list[str]:
    return ["".join(part.text for part in m.parts if part.type == "text") for m in request.messages]
