"""What the doors of the cache show."""

from typing import Literal, Self

from pydantic import BaseModel

from arcano.inference.cache.answer_cache import AnswerCache


class CacheRuleView(BaseModel):
    """Which answers are kept: what a person may know who only asks."""

    answers: Literal["off", "deterministic", "all"]


class CacheView(BaseModel):
    """What is kept, and how calls that might have been answered from it were, since the server started.

    `hits` were kept answers, `similar` those to a similar question, `together` joined one under way, and
    `misses` were asked for.
    """

    answers: Literal["off", "deterministic", "all"]
    scope: Literal["user", "everyone"]
    kept_for_seconds: int
    kept: int
    kept_bytes: int
    hits: int
    similar: int
    together: int
    misses: int

    @classmethod
    async def of(cls, cache: AnswerCache) -> Self:
        settings, counts, sizes = cache.settings, cache.counts, await cache.sizes()
        return cls(
            answers=settings.answers,
            scope=settings.scope,
            kept_for_seconds=round(settings.kept_for.total_seconds()),
            kept=sizes.answers,
            kept_bytes=sizes.bytes,
            hits=counts.hits,
            similar=counts.similar,
            together=counts.together,
            misses=counts.misses,
        )
