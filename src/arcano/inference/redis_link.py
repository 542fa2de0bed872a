"""One server's link to Redis: a script's deeds in order, many at a time, and a channel that is listened to.

It knows nothing of queues. What is asked while Redis is gone is refused at once; what was under way when it
went is refused too, and whether it was done is then unknown. So that it cannot be done later, when it comes out
of some buffer, every new connection has a higher *epoch*, and the script ignores what is older.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from arcano.inference.errors import QueueUnavailableError
from arcano.inference.redis_client import open_redis
from arcano.platform.ids import new_id

if TYPE_CHECKING:
    from redis.asyncio import Redis

logger = logging.getLogger(__name__)

AT_ONCE = 200
"""So many deeds go in one message. Redis does them one after the other, others' in between."""

ANSWER_WITHIN = timedelta(seconds=2)
TRY_AGAIN_AFTER = timedelta(seconds=2)
LISTEN_AGAIN_SECONDS = 0.5

Argument = str | int | float
Answer = list[Any]


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """One deed on its way. `answer` is there once it was done, or has the error."""

    deed: str
    key: str
    arguments: Sequence[Argument]
    answer: asyncio.Future[Answer]


class RedisLink:
    """Runs a script at the Redis of `url`, in the name of `holder`, while `run` runs.

    The script is given its deed, the holder, the epoch, the lease in milliseconds and the prefix of the
    holders' channels; its answers begin with whether it knew the holder. If not, `forgotten` is called with the
    key: what the holder had there is gone. `went_down` is called when Redis goes; it is tried again with the
    next thing that is asked `even_if_down`.
    """

    def __init__(
        self,
        url: str,
        *,
        script: str,
        lease: timedelta,
        channel: str,
        forgotten: Callable[[str], None],
        went_down: Callable[[], None],
    ) -> None:
        self.holder = new_id()
        self.is_up = True
        self.epoch = 0
        self._url = url
        self._script = script
        self._lease_ms = round(lease.total_seconds() * 1000)
        self._channel = channel
        self._forgotten = forgotten
        self._tell_went_down = went_down
        self._sha: str | None = None
        self._post: deque[_Asked] = deque()
        self._posted = asyncio.Event()
        self._closed = False

    def ask(
        self, deed: str, key: str, *arguments: Argument, even_if_down: bool = False
    ) -> asyncio.Future[Answer]:
        """Have a deed done after those that were asked before. It is done even if nobody awaits it.

        Raises:
            QueueUnavailableError: In the future, if Redis is gone or does not answer in time. Unless
                `is_up` was False before, the deed may have been done.
        """
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        # Who asked may have gone: an error that nobody waits for is no news.
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        if self._closed or not (self.is_up or even_if_down):
            answer.set_exception(unavailable())
        else:
            self._post.append(_Asked(deed, key, arguments, answer))
            self._posted.set()
        return answer

    async def run(self) -> None:
        """Carry what is asked to Redis, until cancelled."""
        asked: list[_Asked] = []
        try:
            async with open_redis(self._url) as client:
                while True:
                    await self._posted.wait()
                    asked = [self._post.popleft() for _ in range(min(AT_ONCE, len(self._post)))]
                    if asked:
                        await self._carry(asked, client)
                    else:
                        self._posted.clear()
        finally:
            self._closed = True
            _refuse([*asked, *self._post])

    async def listen(self, *, hear: Callable[[str], None], tuned_in: Callable[[], None]) -> None:
        """Hear what is said on the holder's channel, until cancelled.

        What is said while the connection is broken is lost: `tuned_in` tells that it is there (again).
        """
        async with open_redis(self._url) as client:
            while True:
                try:
                    await self._listen_once(client, hear=hear, tuned_in=tuned_in)
                except Exception:
                    logger.debug("not listening to Redis", exc_info=True)
                await asyncio.sleep(LISTEN_AGAIN_SECONDS)

    async def _listen_once(
        self, client: "Redis", *, hear: Callable[[str], None], tuned_in: Callable[[], None]
    ) -> None:
        async with client.pubsub() as channel:  # pyright: ignore[reportUnknownMemberType]  # the library's
            await channel.subscribe(self._channel + self.holder)
            heard = cast("AsyncIterator[dict[str, Any]]", channel.listen())  # pyright: ignore[reportUnknownMemberType]  # the library's
            async for message in heard:
                if message["type"] == "subscribe":
                    tuned_in()
                elif message["type"] == "message":
                    hear(message["data"].decode())

    async def _carry(self, asked: list[_Asked], client: "Redis") -> None:
        try:
            async with asyncio.timeout(ANSWER_WITHIN.total_seconds()):
                answers = await self._answers(asked, client)
        except Exception as gone:  # noqa: BLE001 - the client has many ways to say it
            self._went_down(gone)
            _refuse([*asked, *self._post])
            self._post.clear()
            await client.connection_pool.disconnect()
            return
        refusals = [answer for answer in answers if isinstance(answer, Exception)]
        if refusals:
            # A replica that was the master, a full memory, a script that was flushed: as good as gone.
            self._went_down(refusals[0])
        elif not self.is_up:
            logger.info("Redis is back")
            self.is_up = True
        for one, answer in zip(asked, answers, strict=True):
            if isinstance(answer, Exception):
                _refuse([one])
                continue
            known, *rest = answer
            if not known:
                self._forgotten(one.key)
            if not one.answer.done():
                one.answer.set_result(rest)

    async def _answers(self, asked: list[_Asked], client: "Redis") -> list[Answer | Exception]:
        if self._sha is None:
            self._sha = await client.script_load(self._script)
        pipeline = client.pipeline(transaction=False)
        for one in asked:
            standing = (one.deed, self.holder, self.epoch, self._lease_ms, self._channel)
            pipeline.evalsha(self._sha, 1, one.key, *standing, *one.arguments)
        return await pipeline.execute(raise_on_error=False)

    def _went_down(self, why: Exception) -> None:
        self.epoch += 1
        self._sha = None
        if self.is_up:
            logger.warning("Redis is gone: %s", str(why) or type(why).__name__)
            self.is_up = False
            self._tell_went_down()


def unavailable() -> QueueUnavailableError:
    """What a caller hears while Redis is gone."""
    return QueueUnavailableError(
        "The line that the servers share cannot be reached. Try again in a moment.",
        retry_after=TRY_AGAIN_AFTER,
    )


def _refuse(asked: Sequence[_Asked]) -> None:
    for one in asked:
        if not one.answer.done():
            one.answer.set_exception(unavailable())
