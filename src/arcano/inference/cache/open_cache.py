"""The cache of a server, put together: what it keeps answers with, and what it compares questions with."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from arcano.inference.ask_target import Surroundings
from arcano.inference.cache.answer_cache import AnswerCache
from arcano.inference.cache.answer_store import AnswerStore
from arcano.inference.cache.settings import CacheSettings
from arcano.inference.cache.similar_answers import SimilarAnswers
from arcano.inference.cache.similar_questions import SimilarQuestions
from arcano.inference.embed_texts import Embedder


@asynccontextmanager
async def answer_cache(
    settings: CacheSettings, *, store: AnswerStore, around: Surroundings
) -> AsyncGenerator[AnswerCache]:
    """A cache that lasts as long as the block. At its end, answers that are being kept are."""
    async with asyncio.TaskGroup() as tasks:
        similar = None
        if settings.similar_model is not None:
            similar = SimilarAnswers(
                Embedder(around, tasks=tasks),
                model=settings.similar_model,
                questions=SimilarQuestions(
                    threshold=settings.similar_threshold, most=settings.similar_questions
                ),
            )
        yield AnswerCache(
            settings,
            store=store,
            routes=around.routes,
            models=around.models,
            clock=around.clock,
            tasks=tasks,
            similar=similar,
        )
