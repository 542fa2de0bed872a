"""Whole conversations to learn from: single questions, follow-ups, changes of subject, up to the length of the window."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.exercises import exercise
from training.facts import Fact, read_facts
from training.grammar import choose, parse
from training.topics import REFUSALS, ask_elsewhere
from training.wording import ask, typed

Turn = tuple[str, str]
"""A question and its answer."""

_AGAIN = parse(
    "(say that again|again please|repeat|in other words|can you rephrase that|explain that differently|say it differently|once more|tell me "
    "again|i did not understand, again please|what was that|rephrase)"
)
_INSTEAD = (
    "and {}",
    "what about {}",
    "and what about {}",
    "and how about {}",
    "ok and {}",
    "and for {}",
    "then what about {}",
)
_SYSTEM = (
    "You are Starter.",
    "You are a helpful assistant.",
    "Answer briefly.",
    "You are Starter, the tiny model of Arcano.",
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What somebody asked and was answered; `system` stands before it, if anything does."""

    turns: tuple[Turn, ...]
    system: str | None = None


class Writer:
    """Writes conversations by chance alone: the same seed gives the same text, byte by byte.

    `excluded` are questions that must never be learned from, because they are asked in the examination.
    """

    def __init__(self, seed: int, *, excluded: frozenset[str] = frozenset()) -> None:
        self._chance = random.Random(seed)
        self._facts = read_facts()
        self._talk = read_facts(Path(__file__).parent / "talk")
        self._excluded = excluded

    def conversations(self) -> Iterator[Conversation]:
        """Without an end."""
        chance = self._chance
        while True:
            drawn = chance.random()
            turns = (
                1
                if drawn < 0.62
                else chance.randrange(2, 4)
                if drawn < 0.90
                else chance.randrange(4, 16)
            )
            system = chance.choice(_SYSTEM) if chance.random() < 0.08 else None
            yield Conversation(tuple(self._turns(turns)), system)

    def _turns(self, count: int) -> Iterator[Turn]:
        before: Fact | None = None
        said = ""
        for _ in range(count):
            if before is not None and self._chance.random() < 0.45:
                turn, before = self._next_to(before, said)
            else:
                turn, before = self._turn()
            said = turn[1]
            yield turn

    def _turn(self) -> tuple[Turn, Fact | None]:
        while True:
            turn, fact = self._drawn()
            if plain(turn[0]) not in self._excluded:
                return turn, fact

    def _drawn(self) -> tuple[Turn, Fact | None]:
        chance = self._chance
        drawn = chance.random()
        if drawn < 0.70:
            return self._told(chance.choice(self._facts))
        if drawn < 0.85:
            return (typed(ask_elsewhere(chance), chance), chance.choice(REFUSALS)), None
        if drawn < 0.94:
            task, solution = exercise(chance)
            return (task if chance.random() < 0.5 else task[:1].upper() + task[1:], solution), None
        talk = chance.choice(self._talk)
        return (ask(talk, chance), chance.choice(talk.answers)), None

    def _told(self, fact: Fact) -> tuple[Turn, Fact]:
        return (ask(fact, self._chance), self._chance.choice(fact.answers)), fact

    def _next_to(self, fact: Fact, said: str) -> tuple[Turn, Fact | None]:
        """What follows from what was said before."""
        chance = self._chance
        drawn = chance.random()
        if fact.follow_ups and drawn < 0.4:
            question, answer = chance.choice(fact.follow_ups)
            return (typed(choose(question, chance), chance), answer), fact
        if drawn < 0.6:
            others = [each for each in fact.answers if each != said] or fact.answers
            return (typed(choose(_AGAIN, chance), chance), chance.choice(others)), fact
        other = self._neighbour(fact)
        wording = chance.choice((*other.things, *other.deeds))
        question = chance.choice(_INSTEAD).format(choose(wording, chance))
        if plain(question) in self._excluded:
            return self._turn()
        return (typed(question, chance), chance.choice(other.answers)), other

    def _neighbour(self, fact: Fact) -> Fact:
        near: Sequence[Fact] = [
            each for each in self._facts if each.topic == fact.topic and (each.things or each.deeds)
        ]
        return self._chance.choice(near)


def plain(question: str) -> str:
    """A question without what does not make it another one: capitals and marks."""
    return " ".join(
        "".join(c if c.isalnum() or c == "'" else " " for c in question.lower()).split()
    )
