"""What providers say about groups and roles, asked again while the person goes on working."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from arcano.identity.elsewhere.apply_told import forget_told
from arcano.identity.elsewhere.domain import LinkedAccount, Told
from arcano.identity.elsewhere.enter import REFRESH_TOKEN, Threshold
from arcano.identity.elsewhere.errors import ProviderUnreachableError, SignInNotVerifiedError
from arcano.identity.elsewhere.repository import LinkedAccountRepository
from arcano.identity.elsewhere.ways import RedirectWay
from arcano.identity.repository import IdentityRepository
from arcano.identity.sessions import Sessions
from arcano.platform.errors import NotFoundError, StorageError
from arcano.platform.secrets.errors import SecretUnreadableError

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS: Final = 30.0
MAX_AT_ONCE: Final = 50


class GroupRefresher:
    """Asks about every account that came with leave to ask, once in `every`."""

    def __init__(
        self,
        ways: Callable[[], Mapping[str, RedirectWay]],
        threshold: Threshold,
        sessions: Sessions,
        *,
        every: timedelta,
    ) -> None:
        self._ways = ways
        self._threshold = threshold
        self._sessions = sessions
        self._every = every

    async def keep(self) -> None:
        """Ask for as long as the server lives, whenever there is anybody to ask."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                await self.look()
            except StorageError:
                log.warning("cannot refresh what providers say about groups; trying again")

    async def look(self) -> int:
        """Ask about those whose time has come, some at most. Returns how many were asked about."""
        now, ways = self._threshold.clock.now(), self._ways()
        if not ways:
            return 0
        waiting = await self._threshold.database.write(
            lambda c: LinkedAccountRepository(c).take_to_ask(
                list(ways), asked_before=now - self._every, limit=MAX_AT_ONCE, now=now
            )
        )
        for account, sealed in waiting:
            await self._ask(account, sealed, ways[account.provider])
        if waiting:
            await self._sessions.hear()
        return len(waiting)

    async def _ask(self, account: LinkedAccount, sealed: bytes, way: RedirectWay) -> None:
        try:
            token = self._threshold.box.open(
                sealed, REFRESH_TOKEN, account.issuer, account.subject
            ).decode()
            told = await way.told_again(token, subject=account.subject)
        except (ProviderUnreachableError, SignInNotVerifiedError, SecretUnreadableError) as failure:
            log.warning("a provider could not be asked again", extra={"why": failure.detail})
            return
        groups = way.settings.make_groups
        with suppress(NotFoundError):  # Closed while it was asked: its word counts no more.
            await self._threshold.database.write(
                lambda c: self._write(c, account, sealed, told, make_groups=groups)
            )

    def _write(
        self,
        connection: Connection,
        account: LinkedAccount,
        sealed: bytes,
        told: Told | None,
        *,
        make_groups: bool,
    ) -> None:
        self._threshold.expect_open(connection, account.provider)
        now = self._threshold.clock.now()
        accounts = LinkedAccountRepository(connection)
        if accounts.token(account.issuer, account.subject) != sealed:
            return  # Unlinked while we asked, or signed in anew: that is the newer word.
        if told is None:
            # It no longer speaks for them: whoever was let in on its word shows anew who they are.
            accounts.keep_token(account.issuer, account.subject, None)
            forget_told(connection, account.user_id, account.provider, now=now)
            IdentityRepository(connection).end_sessions_of(account.user_id, now=now)
            return
        if told.refresh_token is not None:
            token = self._threshold.box.seal(
                told.refresh_token.encode(), REFRESH_TOKEN, account.issuer, account.subject
            )
            accounts.keep_token(account.issuer, account.subject, token)
        self._threshold.apply(connection, account.user_id, told, make_groups=make_groups)
