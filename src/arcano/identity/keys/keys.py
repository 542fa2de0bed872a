"""The keys that programs come with: from a secret to whoever asks, at once where it was seen before.

Known keys are remembered, so that a call costs no query; what changes about a key or its person reaches here with what is
heard of sessions (`Sessions.hear`), within a second of any process. When a key was last used is written down for many
calls at once.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NoReturn

from arcano.identity.changes import Change
from arcano.identity.domain import Viewer
from arcano.identity.keys.errors import KeyRefusedError
from arcano.identity.keys.repository import find_key, note_uses
from arcano.identity.keys.secret import MAX_LENGTH, Secret, digest_of_secret
from arcano.identity.sessions import Sessions
from arcano.identity.throttle import KeyThrottle
from arcano.platform.act_log import ActLog
from arcano.platform.acts import ANONYMOUS, Act, Subject
from arcano.platform.addresses import Network
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import StorageError

log = logging.getLogger(__name__)

MAX_REMEMBERED = 10_000
WRITE_EVERY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class _Known:
    viewer: Viewer
    networks: tuple[Network, ...]
    ends_at: datetime | None


class Keys:
    """All keys, for whoever comes with one."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sessions: Sessions,
        *,
        throttle: KeyThrottle,
        acts: ActLog,
    ) -> None:
        self._database = database
        self._clock = clock
        self._sessions = sessions
        self._throttle = throttle
        self._acts = acts
        self._known: dict[bytes, _Known] = {}
        self._used: dict[bytes, datetime] = {}
        sessions.when_changed(self._forget)

    async def viewer(self, secret: Secret, *, address: str) -> Viewer:
        """Whoever the key stands for, asking from `address`. What `viewer.key` opens is asked for at each door.

        Raises:
            KeyRefusedError: It opens nothing, here and now; always in the same words.
            TooManyAttemptsError: Too many were refused to this address to look at one that is not known.
        """
        digest = digest_of_secret(secret)
        known = self._known.get(digest)
        if known is None:
            known = await self._look_up(secret, digest, address)
        now = self._clock.now()
        if known.ends_at is not None and now >= known.ends_at:
            self._known.pop(digest, None)
            await self._refuse(address)
        if known.networks and not _is_in(address, known.networks):
            await self._tell_foreign(known.viewer, address)
            await self._refuse(address)
        self._used[digest] = now
        return known.viewer

    async def keep(self) -> None:
        """Write down now and then which keys were used, until cancelled."""
        while True:
            await asyncio.sleep(WRITE_EVERY_SECONDS)
            await self.settle()

    async def settle(self) -> None:
        """Write down which keys were used since. What cannot be written is tried again the next time."""
        used, self._used = self._used, {}
        if not used:
            return
        try:
            await self._database.write(partial(note_uses, used=used))
        except StorageError:
            log.warning("cannot write down which keys were used; trying again")
            self._used = used | self._used

    async def _look_up(self, secret: Secret, digest: bytes, address: str) -> _Known:
        await self._throttle.expect_few_refused(address)
        if len(secret) > MAX_LENGTH:
            await self._refuse(address)
        heard = self._sessions.changes_heard
        found = await self._database.read(partial(find_key, digest=digest))
        if heard != self._sessions.changes_heard:
            # Something changed while we read: it may be just this.
            return await self._look_up(secret, digest, address)
        if found is None:
            await self._refuse(address)
        known = _Known(
            found.viewer,
            tuple(ip_network(network) for network in found.addresses),
            found.ends_at,
        )
        if len(self._known) >= MAX_REMEMBERED:
            # Oldest first; it is only a cache, the row is the truth.
            self._known.pop(next(iter(self._known)))
        self._known[digest] = known
        return known

    async def _refuse(self, address: str) -> NoReturn:
        await self._throttle.count_refused(address)
        raise KeyRefusedError(
            "This key is not good here: it is unknown, revoked or expired, or not to be used from this address."
        )

    async def _tell_foreign(self, viewer: Viewer, address: str) -> None:
        """Somebody has the key who should not, or its list of addresses is wrong: its person will want to know."""
        assert viewer.key is not None  # noqa: S101 - found by a key
        subject = Subject("key", viewer.key.id)
        told = {"of": viewer.user_id, "address": address or "unknown"}
        await self._acts.keep_refusal(
            Act("key.used-elsewhere", ANONYMOUS, subject, "refused", details=told)
        )

    def _forget(self, change: Change) -> None:
        for digest in [d for d, known in self._known.items() if change.concerns(known.viewer)]:
            del self._known[digest]


def _is_in(address: str, networks: tuple[Network, ...]) -> bool:
    try:
        meant: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        # No address at all, as over a socket of this machine: then it is none of those that are allowed.
        return False
    meant = getattr(meant, "ipv4_mapped", None) or meant
    return any(meant in network for network in networks)
