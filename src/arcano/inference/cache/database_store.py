"""Answers kept in the database, where a restart finds them again."""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from typing_extensions import override

from arcano.inference.cache.answer_store import (
    COARSE,
    AnswerStore,
    StoredAnswer,
    StoreRules,
    StoreSizes,
)
from arcano.inference.cache.tables import CACHED_ANSWERS
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import StorageError
from arcano.platform.secrets.columns import SealedColumn
from arcano.platform.secrets.errors import SecretUnreadableError
from arcano.platform.secrets.texts import texts_of

logger = logging.getLogger(__name__)

AT_ONCE = 64
"""So many are looked at, or go for their age, with one answer that comes."""
MAX_HEARD = 200

_BODY = SealedColumn(CACHED_ANSWERS.c.body)
_DIGEST = CACHED_ANSWERS.c.digest == bindparam("the_digest")
_GET = select(
    CACHED_ANSWERS.c.body,
    CACHED_ANSWERS.c.asked_by,
    CACHED_ANSWERS.c.kept_at,
    CACHED_ANSWERS.c.used_at,
).where(_DIGEST, CACHED_ANSWERS.c.kept_at > bindparam("not_before"))
_PUT = insert(CACHED_ANSWERS)
_DROP = delete(CACHED_ANSWERS).where(_DIGEST).returning(CACHED_ANSWERS.c.size_bytes)
_HEARD = update(CACHED_ANSWERS).where(_DIGEST).values(used_at=bindparam("at"))
_TOO_OLD = (
    select(CACHED_ANSWERS.c.digest)
    .where(CACHED_ANSWERS.c.kept_at <= bindparam("not_before"))
    .limit(AT_ONCE)
)
_DROP_TOO_OLD = (
    delete(CACHED_ANSWERS)
    .where(CACHED_ANSWERS.c.digest.in_(_TOO_OLD))
    .returning(CACHED_ANSWERS.c.size_bytes)
)
_LEAST_USED = (
    select(CACHED_ANSWERS.c.digest, CACHED_ANSWERS.c.size_bytes)
    .order_by(CACHED_ANSWERS.c.used_at, CACHED_ANSWERS.c.kept_at)
    .limit(AT_ONCE)
)
_SIZES = select(func.count(), func.coalesce(func.sum(CACHED_ANSWERS.c.size_bytes), 0)).select_from(
    CACHED_ANSWERS
)


class DatabaseAnswers(AnswerStore):
    """Rows of one table, written by this process alone.

    Hearing an answer writes nothing: it is noted, and written with the next answer that is kept.
    """

    def __init__(self, database: Database, rules: StoreRules, clock: Clock) -> None:
        self._database = database
        self._rules = rules
        self._clock = clock
        self._heard: dict[bytes, datetime] = {}
        self._bytes: int | None = None
        """All that is kept, so that it need not be summed up for each answer; None: count it anew."""

    @override
    async def get(self, digest: bytes) -> StoredAnswer | None:
        now = self._clock.now()
        asked = {"the_digest": digest, "not_before": now - self._rules.kept_for}
        try:
            found = await self._database.read(lambda c: _get(c, asked))
        except (StorageError, SecretUnreadableError) as refused:
            logger.warning("a kept answer could not be read: %s", refused.detail)
            return None
        if found is None:
            return None
        answer, used_at = found
        if now - used_at >= COARSE:
            self.note_heard(digest)
        return answer

    def note_heard(self, digest: bytes) -> None:
        """It was heard without being read here. Nothing is written now."""
        if len(self._heard) < MAX_HEARD:
            self._heard[digest] = self._clock.now()

    @override
    async def put(self, digest: bytes, answer: StoredAnswer) -> None:
        heard, self._heard = self._heard, {}
        try:
            await self._database.write(lambda c: self._put(c, digest, answer, heard))
        except StorageError as refused:
            self._bytes = None
            logger.warning("an answer could not be kept for later: %s", refused.detail)
        except IntegrityError:
            # Who asked is gone meanwhile, and so is what they asked.
            self._bytes = None

    @override
    async def forget(self, *, asked_by: str | None = None) -> None:
        gone = delete(CACHED_ANSWERS)
        if asked_by is not None:
            gone = gone.where(CACHED_ANSWERS.c.asked_by == asked_by)

        def unit(connection: Connection) -> None:
            self._bytes = None
            connection.execute(gone)

        await self._database.write(unit)

    @override
    async def sizes(self) -> StoreSizes:
        try:
            return await self._database.read(_sizes)
        except StorageError as refused:
            logger.warning("kept answers could not be counted: %s", refused.detail)
            return StoreSizes(0, 0)

    def _put(
        self,
        connection: Connection,
        digest: bytes,
        answer: StoredAnswer,
        heard: dict[bytes, datetime],
    ) -> None:
        """One unit. Units run one after the other, so that the sum is theirs to keep."""
        now = self._clock.now()
        total = _sizes(connection).bytes if self._bytes is None else self._bytes
        if heard:
            connection.execute(_HEARD, [{"the_digest": one, "at": at} for one, at in heard.items()])
        total -= sum(connection.scalars(_DROP, {"the_digest": digest}))
        not_before = now - self._rules.kept_for
        total -= sum(connection.scalars(_DROP_TOO_OLD, {"not_before": not_before}))
        if answer.size_bytes <= self._rules.max_bytes:
            body = texts_of(connection).kept_bytes(answer.body, _BODY, digest)
            kept = replace(answer, body=body)
            connection.execute(_PUT, _values(digest, kept, now))
            total += kept.size_bytes
        while total > self._rules.max_bytes:
            freed = _drop_least_used(connection, total - self._rules.max_bytes)
            total = total - freed if freed else _sizes(connection).bytes
        self._bytes = total


def _get(connection: Connection, asked: dict[str, Any]) -> tuple[StoredAnswer, datetime] | None:
    """The answer, and when it was heard last."""
    row = connection.execute(_GET, asked).one_or_none()
    if row is None:
        return None
    body = texts_of(connection).read_bytes(row.body, _BODY, asked["the_digest"])
    return StoredAnswer(body, row.asked_by, row.kept_at), row.used_at


def _drop_least_used(connection: Connection, too_many_bytes: int) -> int:
    """Make room. Returns how much came free of what was needed; perhaps more has to go."""
    freed = 0
    for digest, size in connection.execute(_LEAST_USED).all():
        if freed >= too_many_bytes:
            break
        connection.execute(_DROP, {"the_digest": digest}).all()
        freed += size
    return freed


def _sizes(connection: Connection) -> StoreSizes:
    answers, size = connection.execute(_SIZES).one()
    return StoreSizes(answers, size)


def _values(digest: bytes, answer: StoredAnswer, now: datetime) -> dict[str, Any]:
    return {
        "digest": digest,
        "asked_by": answer.asked_by,
        "body": answer.body,
        "size_bytes": answer.size_bytes,
        "kept_at": answer.kept_at,
        "used_at": now,
    }
