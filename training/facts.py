"""What Starter is to know: one fact after another, each with ways to ask for it and ways to say it.

A file in `facts/` has blocks. `# id` begins one; `k:` what a right answer holds (`&` between what must all be there, `|`
between what is as good); `q:` a question; `do:` something to be done, put into frames such as *how do i ...*; `what:` a
thing, put into frames such as *what is ...*; `a:` an answer; `f: question => answer` what may be asked next.

The files in `situations/` have what people say who do not know our words: `# id`, and a saying in each line below it.
"""

from dataclasses import dataclass, field
from pathlib import Path

from training.grammar import Choice, parse

FOLDER = Path(__file__).parent / "facts"
_SITUATIONS = Path(__file__).parent / "situations"


@dataclass(slots=True)
class Fact:
    """One thing to know. `keys`: in each, one of the alternatives stands in every right answer."""

    id: str
    topic: str
    keys: tuple[tuple[str, ...], ...] = ()
    questions: list[Choice] = field(default_factory=list[Choice])
    deeds: list[Choice] = field(default_factory=list[Choice])
    things: list[Choice] = field(default_factory=list[Choice])
    answers: list[str] = field(default_factory=list[str])
    situations: list[Choice] = field(default_factory=list[Choice])
    follow_ups: list[tuple[Choice, str]] = field(default_factory=list[tuple[Choice, str]])

    def is_told_by(self, answer: str) -> bool:
        """Whether an answer holds what it must."""
        told = answer.lower()
        return all(any(key.lower() in told for key in keys) for keys in self.keys)


def read_facts(folder: Path = FOLDER) -> list[Fact]:
    """All facts, in the order of the files' names.

    Raises:
        ValueError: A line is none of the kinds there are.
    """
    facts: list[Fact] = []
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                _take(line, topic=path.stem, facts=facts)
    if folder == FOLDER:
        _add_situations(facts)
    return facts


def _add_situations(facts: list[Fact]) -> None:
    known = {fact.id: fact for fact in facts}
    for path in sorted(_SITUATIONS.glob("*.txt")):
        fact = facts[0]
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                fact = known[line[2:]]
            elif line.strip():
                fact.situations.append(parse(line))


def _take(line: str, *, topic: str, facts: list[Fact]) -> None:
    kind, _, text = line.partition(" ")
    text = text.strip()
    if kind == "#":
        facts.append(Fact(text, topic))
        return
    fact = facts[-1]
    match kind:
        case "k:":
            fact.keys = tuple(
                tuple(each.strip() for each in part.split("|")) for part in text.split("&")
            )
        case "q:":
            fact.questions.append(parse(text))
        case "do:":
            fact.deeds.append(parse(text))
        case "what:":
            fact.things.append(parse(text))
        case "a:":
            fact.answers.append(text)
        case "f:":
            question, _, answer = text.partition("=>")
            fact.follow_ups.append((parse(question.strip()), answer.strip()))
        case _:
            raise ValueError(f"{topic}: not a line that is known: {line!r}")
