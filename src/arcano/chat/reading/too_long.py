"""The errors of a conversation, or a question, that a model cannot read: how much it is, and what to do."""

import math

from arcano.chat.reading.load import Load
from arcano.providers import ContextTooLongError


def question_too_long(load: Load, model: str) -> ContextTooLongError:
    """The newest question does not fit by itself."""
    weighed = load.weighed[load.asked :]
    tokens = sum(message.tokens for message in weighed)
    over = tokens - load.room
    return ContextTooLongError(
        f"This question has {_number(load, tokens)} tokens, {math.ceil(over):,} more than {model} can "
        f"read at once ({load.window.room:,}; {load.window.reserve:,} are kept for the answer). Nothing "
        "was sent. Shorten it, or choose a model with a larger window."
    )


def conversation_too_long(load: Load, model: str) -> ContextTooLongError:
    """The conversation does not fit, and its policy is to refuse."""
    over = max(1, math.ceil(load.total - load.window.room))
    at_least = "" if load.branch.complete else "at least "
    return ContextTooLongError(
        f"This conversation has {at_least}{_number(load, load.total)} tokens, {at_least}{over:,} more "
        f"than {model} can read at once ({load.window.room:,}; {load.window.reserve:,} are kept for the "
        "answer). Nothing was sent. Choose a model with a larger window, shorten the question, or let "
        "older messages be left out or summarised."
    )


def _number(load: Load, tokens: float) -> str:
    return f"{'' if load.spread == 0.0 else 'about '}{math.ceil(tokens):,}"
