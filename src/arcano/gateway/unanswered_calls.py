"""Calls of tools that wait for their results, in dialects whose calls need no ids: a result finds its own by the name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnansweredCall:
    """A call as it is told on, with the id that it came with or was given here."""

    id: str
    name: str


class UnansweredCalls:
    """Told of everything in a conversation, in order."""

    def __init__(self) -> None:
        self._count = 0
        self._turns: list[list[UnansweredCall]] = [[]]
        """What waits of each turn of the model's, the last one last."""

    def called(self, name: str, call_id: str | None) -> str:
        """The model calls a tool. Returns the id of the call."""
        self._count += 1
        call = UnansweredCall(call_id or f"call_{self._count}", name)
        self._turns[-1].append(call)
        return call.id

    def interrupted(self) -> None:
        """Somebody else speaks: what waits by then was given up, most likely."""
        if self._turns[-1]:
            self._turns.append([])

    def answered(self, name: str | None, call_id: str | None) -> UnansweredCall | None:
        """The call whose result comes: the first that fits of the last turn that has one. None where none does."""
        for waiting in reversed(self._turns):
            for place, call in enumerate(waiting):
                if (not name or call.name == name) and (not call_id or call.id == call_id):
                    return waiting.pop(place)
        return None
