"""What can be said to a model about how it writes: which parameters it takes, and in which range.

An adapter leaves out what its model does not take. That is right where a route goes on elsewhere, and
wrong where somebody chose the value: whoever asks is told at once, before anything is written.
"""

from dataclasses import dataclass

from arcano.providers.errors import ParameterNotTakenError
from arcano.providers.request import AnswerSchema, Parameters, ReasoningEffort

MOST_STOPS = 16


@dataclass(frozen=True, slots=True)
class Range:
    """From `least` to `most`, both allowed. None: no end is known."""

    least: float
    most: float | None = None

    def holds(self, value: float) -> bool:
        return self.least <= value and (self.most is None or value <= self.most)


@dataclass(frozen=True, slots=True)
class Takes:
    """What one model takes. None, 0, False and an empty tuple: it does not.

    `stop` is how many texts may end an answer. `efforts` are how much it can be told to think, least first.
    """

    temperature: Range | None = Range(0, 2)
    top_p: Range | None = Range(0, 1)
    max_tokens: Range | None = Range(1)
    stop: int = MOST_STOPS
    seed: bool = True
    efforts: tuple[ReasoningEffort, ...] = ("none", "low", "medium", "high")
    json_schema: bool = True

    def check(self, asked: Parameters, schema: AnswerSchema | None, *, model: str) -> None:
        """Whether all that is asked can be said to the model.

        Raises:
            ParameterNotTakenError: No; it names the first that cannot, and what can.
        """
        wrong = (
            _outside("temperature", asked.temperature, self.temperature)
            or _outside("top_p", asked.top_p, self.top_p)
            or _outside("max_tokens", asked.max_tokens, self.max_tokens)
            or self._wrong_stop(asked)
            or ("seed" if asked.seed is not None and not self.seed else "")
            or self._wrong_effort(asked.reasoning_effort)
            or ("json_schema" if schema is not None and not self.json_schema else "")
        )
        if not wrong:
            return
        name, _, allowed = wrong.partition(":")
        what = f"takes {allowed}" if allowed else "does not take it"
        raise ParameterNotTakenError(
            f"{name}: {model[:100]} {what}. Leave it out, or choose another model."
        )

    def _wrong_stop(self, asked: Parameters) -> str:
        if len(asked.stop) <= self.stop:
            return ""
        return f"stop:{self.stop} texts at most" if self.stop else "stop"

    def _wrong_effort(self, asked: ReasoningEffort | None) -> str:
        if asked is None or asked in self.efforts:
            return ""
        efforts = ", ".join(self.efforts)
        return f"reasoning_effort:only {efforts}" if efforts else "reasoning_effort"


TAKES_ALL = Takes()
"""What is believed of a model that nobody knows better."""


def _outside(name: str, value: float | None, allowed: Range | None) -> str:
    """Empty if it can be said; else the name, and after a colon what is allowed."""
    if value is None or (allowed is not None and allowed.holds(value)):
        return ""
    if allowed is None:
        return name
    end = "" if allowed.most is None else f" to {allowed.most:g}"
    return f"{name}:{allowed.least:g}{end}"
