"""The examination: asks a Starter file every question through llama.cpp, and prints the figures of the model card.

`python -m training.evaluate FILE` answers with the best token each time, so that the figures are the same again.
"""

import argparse
import re
import statistics
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from training.examination import Kind, Question, read_questions
from training.facts import Fact, read_facts
from training.topics import owns_up

MOST_TOKENS = 220
GOALS: dict[Kind, float] = {"reworded": 0.90, "unlike": 0.80, "foreign": 0.90}
_FIRST_TOKEN_MS, _TOKENS_PER_SECOND, _MOST_BYTES = 150, 150, 16_000_000
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, how it ended, and how fast it came."""

    question: Question
    text: str
    came_to_its_end: bool
    first_token_ms: float
    tokens_per_second: float

    def is_right(self, facts: dict[str, Fact]) -> bool:
        if self.question.fact is None:
            return owns_up(self.text)
        return facts[self.question.fact].is_told_by(self.text)

    def loops(self) -> bool:
        """Whether it never ends, or says the same four words again and again."""
        words = _WORD.findall(self.text)
        runs = Counter(tuple(words[at : at + 4]) for at in range(len(words) - 3))
        return not self.came_to_its_end or max(runs.values(), default=0) > 3


def main() -> None:
    """Examine, print, and end with 1 where a goal is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate", description="Examine a Starter file."
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--wrong", action="store_true", help="print every answer that is not right")
    arguments = parser.parse_args()
    answers = list(examine(arguments.file, read_questions(), threads=arguments.threads))
    reached = report(answers, size=arguments.file.stat().st_size, show_wrong=arguments.wrong)
    sys.exit(0 if reached else 1)


def examine(file: Path, questions: Sequence[Question], *, threads: int) -> Iterable[Answer]:
    """Ask every question, each in a conversation of its own."""
    # Untyped, as it is.
    xllamacpp: Any = import_module("xllamacpp")
    params: Any = xllamacpp.CommonParams()
    params.model.path = str(file)
    params.n_ctx = 1024
    params.n_parallel = 1
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.verbosity = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    server: Any = xllamacpp.Server(params)
    for question in questions:
        body = {
            "messages": [{"role": "user", "content": question.text}],
            "max_tokens": MOST_TOKENS,
            "temperature": 0,
            "cache_prompt": False,
        }
        reply: dict[str, Any] = server.handle_chat_completions(body)
        choice, times = reply["choices"][0], reply["timings"]
        yield Answer(
            question,
            text=choice["message"]["content"] or "",
            came_to_its_end=choice["finish_reason"] == "stop",
            first_token_ms=times["prompt_ms"] + times["predicted_per_token_ms"],
            tokens_per_second=times["predicted_per_second"],
        )


def report(answers: Sequence[Answer], *, size: int, show_wrong: bool = False) -> bool:
    """Print the figures beside the goals. Answers whether all are reached."""
    facts = {fact.id: fact for fact in read_facts()}
    lines: list[tuple[str, str, str, bool]] = []
    for kind, goal in GOALS.items():
        asked = [each for each in answers if each.question.kind == kind]
        right = sum(each.is_right(facts) for each in asked)
        share = right / len(asked)
        lines.append(
            (
                f"{kind} questions",
                f"{share:.1%} ({right} of {len(asked)})",
                f"≥ {goal:.0%}",
                share >= goal,
            )
        )
    loops = sum(each.loops() for each in answers)
    first = statistics.median(each.first_token_ms for each in answers)
    speed = statistics.median(each.tokens_per_second for each in answers)
    lines += [
        ("answers that loop", str(loops), "0", loops == 0),
        (
            "first token, median",
            f"{first:.0f} ms",
            f"≤ {_FIRST_TOKEN_MS} ms",
            first <= _FIRST_TOKEN_MS,
        ),
        (
            "tokens a second, median",
            f"{speed:.0f}",
            f"≥ {_TOKENS_PER_SECOND}",
            speed >= _TOKENS_PER_SECOND,
        ),
        (
            "size of the file",
            f"{size / 1e6:.1f} MB",
            f"≤ {_MOST_BYTES / 1e6:.0f} MB",
            size <= _MOST_BYTES,
        ),
    ]
    if show_wrong:
        for each in answers:
            if not each.is_right(facts) or each.loops():
                print(
                    f"[{each.question.kind}] {each.question.fact or '-'}: {each.question.text}\n    {each.text!r}"
                )
    for what, measured, goal, reached in lines:
        print(f"{what:<26}{measured:<22}{goal:<10}{'reached' if reached else 'MISSED'}")
    return all(reached for *_, reached in lines)


if __name__ == "__main__":
    main()
