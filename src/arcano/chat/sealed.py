"""The columns of conversations that hold what people and models wrote, sealed where the deployment says so."""

from arcano.chat.tables import (
    CONTEXT_SUMMARIES,
    CONVERSATIONS,
    MESSAGES,
    RATINGS,
    THOUGHTS,
    TURN_EVENTS,
    TURNS,
)
from arcano.platform.secrets.columns import SealedColumn

TITLE = SealedColumn(CONVERSATIONS.c.title)
CONTENT = SealedColumn(MESSAGES.c.content)
REASONING = SealedColumn(MESSAGES.c.reasoning)
MESSAGE_FAILURE = SealedColumn(MESSAGES.c.failure)
THOUGHT_TEXT = SealedColumn(THOUGHTS.c.text)
THOUGHT_PROOF = SealedColumn(THOUGHTS.c.proof)
RATING_REASON = SealedColumn(RATINGS.c.reason)
PARAMETERS = SealedColumn(TURNS.c.parameters)
TURN_FAILURE = SealedColumn(TURNS.c.failure)
SUMMARY = SealedColumn(CONTEXT_SUMMARIES.c.text)
EVENTS = SealedColumn(TURN_EVENTS.c.events)
