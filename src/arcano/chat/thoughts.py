"""What a model thought and its vendor sealed, kept beside the answer so that it can be sent back.

Readers never see it: they have the thinking as text. Who gets it back is decided where the call runs
(`arcano.inference.own_seals`): the model of the connection that gave it, and nobody else.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from arcano.providers import ReasoningPart, ReasoningSealed, RequestPart, Seal, TextPart

MAX_SEALED = 4_000_000
"""Characters of seals, and of what they seal, that are kept of one answer: far more than vendors give."""


@dataclass(frozen=True, slots=True)
class Thought:
    """A seal and what it seals: the thinking in `text`, or the `on_text` characters of the answer before it.

    `at` is how many characters of the answer stood when it came.
    """

    seal: Seal
    text: str
    at: int
    on_text: int | None


class Thoughts:
    """Gathers the thoughts of an answer while it is written.

    `texts` and `reasoning` are the pieces written so far, which grow elsewhere; `at` is how much the
    message held before. Looking at them costs what is new since the last seal.
    """

    __slots__ = (
        "_at",
        "_border",
        "_reasoning",
        "_reasoning_seen",
        "_room",
        "_texts",
        "_texts_seen",
        "kept",
    )

    def __init__(self, texts: list[str], reasoning: list[str], *, at: int) -> None:
        self._texts = texts
        self._reasoning = reasoning
        self._texts_seen = self._reasoning_seen = 0
        self._at = self._border = at
        self._room = MAX_SEALED
        self.kept: list[Thought] = []

    def seal(self, event: ReasoningSealed) -> None:
        """What came since the last seal or the last change of the target is sealed.

        Words that were not passed on whole, because they only repeated what another had said, are not
        what was sealed: such a seal is let go.
        """
        text, written = self._new_reasoning(), self._length()
        if event.on_text is not None:
            text = ""
            if written - event.on_text < self._border:
                return
        self._room -= len(text) + len(event.seal.proof)
        if event.seal.made_by is not None and self._room >= 0:
            self.kept.append(Thought(event.seal, text, written, event.on_text))

    def switched(self) -> None:
        """Another target goes on: what was thought and not sealed until here never will be."""
        self._new_reasoning()
        self._border = self._length()

    def _new_reasoning(self) -> str:
        new = self._reasoning[self._reasoning_seen :]
        self._reasoning_seen += len(new)
        return "".join(new)

    def _length(self) -> int:
        new = self._texts[self._texts_seen :]
        self._texts_seen += len(new)
        self._at += sum(map(len, new))
        return self._at


def parts_with(text: str, thoughts: Iterable[Thought]) -> tuple[RequestPart, ...]:
    """An answer as its vendor wants it back: each thought in its place between the words."""
    parts: list[RequestPart] = []
    done = 0
    for thought in thoughts:
        begin = thought.at - (thought.on_text or 0)
        if done < begin:
            parts.append(TextPart(text[done:begin]))
        if thought.on_text is None:
            parts.append(ReasoningPart(thought.text, thought.seal))
        else:
            parts.append(TextPart(text[begin : thought.at], thought.seal))
        done = thought.at
    if done < len(text):
        parts.append(TextPart(text[done:]))
    return tuple(parts)
