"""What was given to a model weighs so much; what it reported to have read says how it reads."""

import math
from dataclasses import dataclass

from arcano.inference import within_reason


@dataclass(frozen=True, slots=True)
class Seen:
    """How a model was seen to read a conversation: so many tokens to a unit, its earlier thoughts among them or not."""

    model_id: str
    per_unit: float
    reads_thoughts: bool


@dataclass(frozen=True, slots=True)
class Weight:
    """In units. The `thoughts` are sent along, None where there are none; some models read them again, others never do.

    Vendors that show nothing of what was thought have it weigh nothing, though it may be read.
    """

    words: float
    thoughts: float | None

    def reads_thoughts(self, tokens: int, *, usual: float) -> bool:
        """Whether who read it as so many tokens read the thoughts too: as far as that explains the number better.

        `usual` tokens make a unit for this model elsewhere.
        """
        if not self.thoughts or tokens <= 0:
            return True
        with_them, without = (
            abs(math.log(tokens / units / usual))
            for units in (self.words + self.thoughts, self.words)
        )
        return with_them <= without

    def seen(self, model_id: str, tokens: int, *, usual: float) -> Seen:
        """What is believed of it from now on."""
        reads = self.reads_thoughts(tokens, usual=usual)
        ratio = tokens / (self.words + (self.thoughts or 0.0 if reads else 0.0))
        if self.thoughts is None or ratio < usual:
            ratio = within_reason(ratio)
        # Else there may be more thoughts behind the seals than anybody is shown.
        return Seen(model_id, ratio, reads)
