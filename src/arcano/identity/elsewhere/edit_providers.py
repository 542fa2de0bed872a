"""Setting up providers: adding, changing, switching on and off, deleting and having back.

Each is one transaction with its act and the line that tells every process. Call `Sessions.hear` after each.

Beyond the permission that the doors ask for: a provider that speaks of groups or roles gives people permissions, so it
is set up only by whoever may give these, and gives no more than they may give by then (`as_may_be_given`); addresses of
this network only by whoever connects providers for everybody. Nobody is locked out who must mend it: neither the owner
nor the one who does it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from pydantic import SecretStr
from sqlalchemy import Connection, select

from arcano.identity.changes import tell_others
from arcano.identity.domain import Viewer
from arcano.identity.elsewhere.errors import (
    LastWayInError,
    ProviderInUseError,
    ProviderIsConfiguredError,
    ProviderNameTakenError,
)
from arcano.identity.elsewhere.kept_provider import KeptProvider
from arcano.identity.elsewhere.provider_book import ProviderBook
from arcano.identity.elsewhere.provider_repository import UNDO_FOR, ProviderRepository
from arcano.identity.elsewhere.settings import SignInProviderSettings
from arcano.identity.permissions import BUILT_IN_ROLES, MEMBER, OWNER, Permission, known_permissions
from arcano.identity.repository import IdentityRepository
from arcano.identity.rules import expect_may_give
from arcano.identity.tables import GROUPS, ROLES
from arcano.platform.acts import Act, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import ConflictError, InvalidInputError, NotFoundError
from arcano.platform.secrets.box import SecretBox

MOST_PROVIDERS: Final = 50


@dataclass(frozen=True, slots=True)
class ProviderEditor:
    """One viewer's deeds on providers."""

    viewer: Viewer
    book: ProviderBook
    database: Database
    clock: Clock
    box: SecretBox

    async def add(
        self,
        name: str,
        settings: SignInProviderSettings,
        *,
        private_addresses: bool,
        is_enabled: bool,
    ) -> KeptProvider:
        """A new provider.

        Raises:
            ProviderNameTakenError: Another has the name.
            ConflictError: There are very many.
            NotAllowedError: It would give what the viewer may not.
        """
        now = self.clock.now()
        set_up_by = self.viewer.user_id
        provider = KeptProvider(
            name, settings, private_addresses, is_enabled, 1, now, now, set_up_by=set_up_by
        )
        act = self._act("provider.added", name)

        def unit(connection: Connection) -> KeptProvider:
            providers = self._providers(connection)
            there = providers.all()
            if name in self.book.configured or any(one.name == name for one in there):
                raise ProviderNameTakenError(f"There is a provider called {name!r} already.")
            if len(there) >= MOST_PROVIDERS:
                raise ConflictError(f"There are {MOST_PROVIDERS} providers already.")
            self._expect_may_set_up(connection, provider)
            providers.add(provider)
            self._told(connection, _noting(act, provider))
            return provider

        return await self.database.write(unit)

    async def change(
        self,
        name: str,
        settings: Callable[[SecretStr | None], SignInProviderSettings],
        *,
        private_addresses: bool,
        version: int,
    ) -> KeptProvider:
        """Put `settings`, which are made with the secret that it has, in the place of what it was at `version`.

        Raises:
            NotFoundError: It was deleted.
            ProviderChangedError: Somebody else changed it.
            ProviderInUseError: Accounts belong to another issuer than it would have.
            NotAllowedError: It would give what the viewer may not.
        """
        act = self._act("provider.changed", name)

        def unit(connection: Connection) -> KeptProvider:
            providers = self._providers(connection)
            before = providers.at_version(name, version)
            kept = before.settings.client_secret if before.problem is None else None
            wanted = replace(
                before,
                settings=settings(kept),
                private_addresses=private_addresses,
                problem=None,
                set_up_by=self.viewer.user_id,
            )
            if before.problem is not None and wanted.settings.secret is None:
                raise InvalidInputError(f"client_secret: {before.problem}")
            if wanted.settings.at != before.settings.at and providers.accounts(name):
                raise ProviderInUseError(
                    "People here have accounts of this provider, and an account belongs to its issuer. "
                    "Add another provider instead."
                )
            self._expect_may_set_up(connection, wanted)
            changed = providers.replace(wanted, at=self.clock.now())
            # ast-grep-ignore: secret-compared - both are known to whoever asks: it says whether one was typed anew
            is_new = changed.settings.secret != before.settings.secret
            self._told(connection, _noting(act, changed).noting(new_secret=is_new))
            return changed

        return await self.database.write(unit)

    async def switch(self, name: str, *, is_enabled: bool, version: int) -> KeptProvider:
        """Let people sign in by it, or not. Whoever can come in by nothing else is signed out everywhere.

        Raises:
            NotFoundError: It was deleted.
            ProviderChangedError: Somebody else changed it.
            LastWayInError: The owner, or the viewer, could not come in any more.
            NotAllowedError: It would give what the viewer may not.
        """
        act = self._act("provider.enabled" if is_enabled else "provider.disabled", name)

        def unit(connection: Connection) -> KeptProvider:
            providers = self._providers(connection)
            before = providers.at_version(name, version)
            wanted = replace(before, is_enabled=is_enabled)
            if is_enabled:
                self._expect_may_set_up(connection, before)
                wanted, without = replace(wanted, set_up_by=self.viewer.user_id), 0
            else:
                without = self._sign_out(connection, before)
            changed = providers.replace(wanted, at=self.clock.now())
            self._told(connection, _noting(act, changed).noting(signed_out=without))
            return changed

        return await self.database.write(unit)

    async def delete(self, name: str, *, version: int) -> None:
        """Nobody signs in by it, and what it said about groups holds no more. For an hour it can be had back.

        Raises:
            NotFoundError: It was deleted already.
            ProviderChangedError: Somebody else changed it.
            LastWayInError: The owner, or the viewer, could not come in any more.
        """
        act = self._act("provider.removed", name)

        def unit(connection: Connection) -> None:
            providers = self._providers(connection)
            before = providers.at_version(name, version)
            without = self._sign_out(connection, before)
            now = self.clock.now()
            for user_id in providers.delete(before, at=now):
                tell_others(connection, "changed", user_id, now=now)
            self._told(connection, _noting(act, before).noting(signed_out=without))

        await self.database.write(unit)

    async def restore(self, name: str) -> KeptProvider:
        """The deleted one as it was, accounts and memberships with it.

        Raises:
            NotFoundError: It is not there any more.
            NotAllowedError: It would give what the viewer may not.
        """
        act = self._act("provider.restored", name)

        def unit(connection: Connection) -> KeptProvider:
            providers, now = self._providers(connection), self.clock.now()
            before = providers.find(name)
            if before is None or before.deleted_at is None or now - before.deleted_at > UNDO_FOR:
                raise NotFoundError("This provider cannot be had back any more.")
            self._expect_may_set_up(connection, before)
            wanted = replace(before, set_up_by=self.viewer.user_id)
            restored, people = providers.restore(wanted, at=now)
            for user_id in people:
                tell_others(connection, "changed", user_id, now=now)
            self._told(connection, _noting(act, restored))
            return restored

        return await self.database.write(unit)

    def expect_made_here(self, name: str) -> None:
        """Go on only if it does not stand in the settings.

        Raises:
            ProviderIsConfiguredError: It does.
        """
        if name in self.book.configured:
            raise ProviderIsConfiguredError(
                f"{name!r} stands in the settings of the server, under identity.providers. Change it there, and start "
                "the server again."
            )

    def _providers(self, connection: Connection) -> ProviderRepository:
        providers = ProviderRepository(connection, self.box)
        providers.forget_deleted(now=self.clock.now())
        return providers

    def _expect_may_set_up(self, connection: Connection, provider: KeptProvider) -> None:
        known = IdentityRepository(connection).as_of_now(self.viewer)
        known.expect(Permission.SIGN_IN_MANAGE)
        if provider.private_addresses:
            known.expect(Permission.CONNECTION_MANAGE)
        settings = provider.settings
        if settings.group_claim:
            # It may put anybody, whoever set it up among them, into any group.
            known.expect(Permission.GROUP_MANAGE)
            granted = connection.scalars(select(GROUPS.c.permissions))
            for permissions in granted:
                expect_may_give(known, known_permissions(_names(permissions)))
        if settings.role_claim:
            for role in {MEMBER, *settings.roles.values()}:
                expect_may_give(known, _permissions_of(connection, role))

    def _sign_out(self, connection: Connection, provider: KeptProvider) -> int:
        """End the sessions of those who can come in by nothing else. Returns how many people that are."""
        if not provider.lets_in:
            return 0
        providers = ProviderRepository(connection, self.box)
        besides = self._other_issuers(providers, provider.name)
        stranded = providers.only_by(provider.settings.at, besides=besides)
        if any(role == OWNER for _, role in stranded):
            raise LastWayInError(
                "The owner signs in by this provider alone, and must set a password or link another account first."
            )
        if self.viewer.user_id in [user_id for user_id, _ in stranded]:
            raise LastWayInError(
                "You sign in by this provider alone. Set a password or link another account first."
            )
        identity, now = IdentityRepository(connection), self.clock.now()
        for user_id, _ in stranded:
            identity.end_sessions_of(user_id, now=now)
        return len(stranded)

    def _other_issuers(self, providers: ProviderRepository, name: str) -> set[str]:
        """As of this unit: another may have been switched off a moment ago."""
        configured = self.book.configured
        kept = [one for one in providers.all() if one.lets_in and one.name not in configured]
        others = {one.settings.at for one in kept if one.name != name}
        return others | {settings.at for settings in configured.values()}

    def _act(self, action: str, name: str) -> Act:
        return Act(action, self.viewer.actor, Subject("sign-in-provider", name))

    def _told(self, connection: Connection, act: Act) -> None:
        now = self.clock.now()
        record(connection, act, now=now)
        tell_others(connection, "ways", now=now)


def _noting(act: Act, provider: KeptProvider) -> Act:
    """What was set up; never a secret."""
    settings = provider.settings
    return act.noting(
        kind=settings.kind,
        issuer=settings.at,
        client=settings.client_id or settings.project,
        enabled=provider.is_enabled,
        new_people=settings.new_people,
        groups=settings.group_claim,
        roles=settings.role_claim,
        trusts_email=settings.trust_email,
        second_factor=settings.second_factor,
        private=provider.private_addresses,
    )


def _permissions_of(connection: Connection, name: str) -> frozenset[Permission]:
    """What a role that is called so allows.

    Raises:
        InvalidInputError: There is none.
    """
    identity = IdentityRepository(connection)
    if name in BUILT_IN_ROLES:
        return identity.permissions_of(name)
    role = connection.scalar(select(ROLES.c.id).where(ROLES.c.name == name))
    if role is None:
        raise InvalidInputError(f"roles: There is no role called {name!r}.")
    return identity.permissions_of(role)


def _names(permissions: str) -> list[str]:
    return json.loads(permissions)
