"""A model that is being stored in a smaller type, as people and programs see it."""

from dataclasses import dataclass
from typing import Literal

QuantisedType = Literal["Q8_0", "Q5_0", "Q4_0"]
"""From large to small: about 8.5, 5.5 and 4.5 bits for each weight."""

QuantisationStatus = Literal["waiting", "running", "checking", "finished", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Quantisation:
    """One job. `done_bytes` of `total_bytes` are written; both are 0 until the size is known.

    `result_id` is the id of the new model once it is there. `problem` says why it failed.
    """

    id: str
    model_id: str
    type: QuantisedType
    status: QuantisationStatus = "waiting"
    done_bytes: int = 0
    total_bytes: int = 0
    result_id: str | None = None
    problem: str | None = None

    @property
    def under_way(self) -> bool:
        return self.status in ("waiting", "running", "checking")
