"""Which store a server has: the one that servers share, or its own memory in front of its database."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from arcano.inference.cache.answer_store import AnswerStore, StoreRules
from arcano.inference.cache.database_store import DatabaseAnswers
from arcano.inference.cache.layered_store import LayeredAnswers
from arcano.inference.cache.memory_store import MemoryAnswers
from arcano.inference.cache.redis_store import redis_answers
from arcano.inference.cache.sealed_store import lying_in_redis
from arcano.inference.cache.settings import CacheSettings
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.secrets.texts import PLAIN, Texts


@asynccontextmanager
async def open_answer_store(
    settings: CacheSettings,
    *,
    database: Database,
    redis_url: str | None,
    clock: Clock,
    texts: Texts = PLAIN,
) -> AsyncGenerator[AnswerStore]:
    """The store, for as long as the block. A Redis that is not there is an empty cache.

    `texts` says how answers lie in Redis; a database says so itself.
    """
    lasting = StoreRules(settings.kept_for, settings.max_disk_bytes)
    if redis_url is not None:
        # No memory in front: what one server forgets, all have forgotten.
        async with redis_answers(redis_url, lasting, clock) as answers:
            yield lying_in_redis(answers, texts)
        return
    quick = StoreRules(settings.kept_for, settings.max_memory_bytes)
    yield LayeredAnswers(MemoryAnswers(quick, clock), DatabaseAnswers(database, lasting, clock))
