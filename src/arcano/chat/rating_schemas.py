"""What is said about answers, and how many said what, as the doors take and tell it."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from arcano.chat.domain import Rating, Verdict
from arcano.chat.ratings import Counted
from arcano.usage import NameView


class RatingDraft(BaseModel):
    verdict: Verdict
    reason: Annotated[str | None, Field(max_length=500)] = None

    def value(self) -> Rating:
        return Rating(self.verdict, (self.reason or "").strip() or None)


class RatingView(BaseModel):
    verdict: Verdict
    reason: str | None

    @classmethod
    def of(cls, rating: Rating | None) -> Self | None:
        return None if rating is None else cls(verdict=rating.verdict, reason=rating.reason)


class RatingCountView(BaseModel):
    up: int
    down: int

    @classmethod
    def of(cls, counted: Counted) -> Self:
        return cls(up=counted.up, down=counted.down)


class RatingRow(BaseModel):
    of: list[NameView]
    sums: RatingCountView


class RatingPage(BaseModel):
    since: datetime
    until: datetime
    """In whole hours; a rating counts when it was given."""
    total: RatingCountView
    items: list[RatingRow]
    truncated: bool
    """Whether there are more rows than were given. The total has them all."""
