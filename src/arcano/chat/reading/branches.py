"""The branches that were read lately, so that the next turn reads nothing back and counts nothing again.

Messages are never rewritten, so what is kept stays true; an answer that is continued, and a policy that is
changed, drop it. Kept by one process, which writes its conversations alone.
"""

from collections import OrderedDict
from dataclasses import replace

from arcano.chat.domain import ConversationId, MessageId, PathMessage
from arcano.chat.reading.branch import Branch
from arcano.chat.reading.weight import Seen

MOST_CHARACTERS = 8_000_000
MOST_CONVERSATIONS = 2_000


class Branches:
    """One branch for each conversation, those used last."""

    def __init__(
        self, *, most_characters: int = MOST_CHARACTERS, most: int = MOST_CONVERSATIONS
    ) -> None:
        self._kept: OrderedDict[ConversationId, tuple[Branch, int]] = OrderedDict()
        self._characters = 0
        self._most_characters = most_characters
        self._most = most

    def get(self, conversation_id: ConversationId, leaf: MessageId) -> Branch | None:
        """The branch that ends in `leaf`, if it is known here."""
        known = self._kept.get(conversation_id)
        return None if known is None else known[0].until(leaf)

    def put(self, conversation_id: ConversationId, branch: Branch) -> None:
        """Keep a branch instead of the one before, unless it is being written or is too much."""
        self.drop(conversation_id)
        characters = branch.characters
        if characters > self._most_characters or not branch.settled:
            return
        self._kept[conversation_id] = (branch, characters)
        self._characters += characters
        while self._characters > self._most_characters or len(self._kept) > self._most:
            _, (_, less) = self._kept.popitem(last=False)
            self._characters -= less

    def grow(self, conversation_id: ConversationId, said: PathMessage) -> None:
        """`said` was written after the last message, if it was after that."""
        known = self._kept.get(conversation_id)
        if known is not None and known[0].leaf == said.parent_id:
            branch, characters = known
            grown = branch.grown(said)
            more = grown.messages[-1].characters
            self._kept[conversation_id] = (grown, characters + more)
            self._kept.move_to_end(conversation_id)
            self._characters += more

    def saw(self, conversation_id: ConversationId, seen: Seen) -> None:
        """A model was seen to read this conversation so."""
        known = self._kept.get(conversation_id)
        if known is not None:
            self._kept[conversation_id] = (replace(known[0], seen=seen), known[1])

    def drop(self, conversation_id: ConversationId) -> None:
        known = self._kept.pop(conversation_id, None)
        if known is not None:
            self._characters -= known[1]
