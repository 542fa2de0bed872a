"""Keys as one process knows them, and the deeds on them, without a web server."""

from datetime import timedelta
from typing import Protocol

from arcano.identity import (
    IdentitySettings,
    KeyDoor,
    KeyLimits,
    KeyRefusedError,
    Keys,
    KeyThrottle,
    Sessions,
    UserId,
    Viewer,
)
from arcano.identity.keys.edit_keys import KeyEditor, KeyTerms, MadeKey
from arcano.identity.keys.repository import KeyRepository
from arcano.identity.keys.secret import Secret
from arcano.platform.act_log import ActLog
from arcano.platform.clock import Clock
from arcano.platform.database import Database

HERE = "192.0.2.1"
ANY_DOOR: frozenset[KeyDoor] = frozenset({"api"})


class House(Protocol):
    """What keys are kept in and looked at with."""

    @property
    def database(self) -> Database: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def acts(self) -> ActLog: ...


class Ring:
    """One process that knows keys, and the deeds on them."""

    def __init__(self, house: House, sessions: Sessions, *, refused: int = 100) -> None:
        self._house = house
        self.sessions = sessions
        settings = IdentitySettings(refused_keys_per_address=f"{refused} per 1 minute")
        self.keys = Keys(
            house.database,
            house.clock,
            self.sessions,
            throttle=KeyThrottle(settings, house.clock),
            acts=house.acts,
        )

    def editor(self, viewer: Viewer) -> KeyEditor:
        return KeyEditor(viewer, self._house.database, self._house.clock)

    async def make(
        self,
        viewer: Viewer,
        *,
        doors: frozenset[KeyDoor] = ANY_DOOR,
        models: tuple[str, ...] = ("*",),
        addresses: tuple[str, ...] = (),
        lasts: timedelta | None = None,
        for_whom: UserId | None = None,
    ) -> MadeKey:
        expires_at = None if lasts is None else self._house.clock.now() + lasts
        terms = KeyTerms("Nightly", doors, models, addresses, KeyLimits(60), expires_at)
        return await self.editor(viewer).make(terms, for_whom=for_whom)

    async def asks(self, secret: Secret, *, address: str = HERE) -> Viewer:
        return await self.keys.viewer(secret, address=address)

    async def is_refused(self, secret: Secret, *, address: str = HERE) -> bool:
        try:
            await self.asks(secret, address=address)
        except KeyRefusedError:
            return True
        return False

    async def own(self, viewer: Viewer) -> list[str]:
        found = await self._house.database.read(
            lambda c: KeyRepository(c, viewer).some(
                user_id=None, everybodys=True, after=None, limit=100
            )
        )
        return [key.scope.id for key in found]
