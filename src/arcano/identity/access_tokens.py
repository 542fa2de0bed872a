"""Access tokens of programs that cannot hold a cookie: signed, short-lived, and worth nothing once their session ends.

JSON Web Tokens (RFC 7519) as RFC 9068 has them for access: `typ` is `at+jwt`, `aud` and `iss` are ours, `kid` names the
key. Only Ed25519 (RFC 9864) is accepted, and only keys of our own table, so that neither the algorithm nor the key is the
sender's choice (RFC 8725, 3.1). A token is looked at once; after that its digest is remembered like a cookie's.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, insert, select

from arcano.identity.domain import SessionId, UserId, Viewer
from arcano.identity.errors import AccessTokenError
from arcano.identity.repository import IdentityRepository
from arcano.identity.sessions import Sessions, digest_of
from arcano.identity.tables import SIGNING_KEYS
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.ids import new_id
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.columns import SealedColumn

if TYPE_CHECKING:
    from joserfc.jwk import GuestProtocol, OKPKey
    from joserfc.jwt import Token

LIFETIME = timedelta(minutes=10)
KEY_LIFETIME = timedelta(days=30)
ALGORITHM = "Ed25519"
TYPE = "at+jwt"
ISSUER = "arcano"
AUDIENCE = "arcano-api"
MAX_LENGTH = 2000

_KEY = SealedColumn(SIGNING_KEYS.c.key_sealed)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says, once its signature is known to be ours."""

    user_id: UserId
    session_id: SessionId
    epoch: int
    expires_at: datetime


class AccessTokens:
    """Signs tokens, and knows whom they stand for."""

    def __init__(
        self, database: Database, box: SecretBox, clock: Clock, sessions: Sessions
    ) -> None:
        self._database = database
        self._box = box
        self._clock = clock
        self._sessions = sessions
        self._keys: dict[str, OKPKey] = {}
        self._newest: tuple[str, datetime] | None = None
        self._making = asyncio.Lock()

    async def sign(self, user_id: UserId, session_id: SessionId, *, epoch: int) -> str:
        """A token for a session, good for `LIFETIME`."""
        from joserfc import jwt  # noqa: PLC0415 - only servers with programs need it

        kid, key = await self._signing_key()
        now = self._clock.now()
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": user_id,
            "sid": session_id,
            "epoch": epoch,
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "jti": new_id(),
        }
        header = {"alg": ALGORITHM, "kid": kid, "typ": TYPE}
        return jwt.encode(header, claims, key, algorithms=[ALGORITHM])

    async def viewer(self, token: str) -> Viewer:
        """The person behind a token.

        Raises:
            AccessTokenError: Not ours, altered, or over.
            NotSignedInError: Its session has ended.
        """
        digest = digest_of(token)
        if self._sessions.remembers(digest):
            return await self._sessions.viewer_behind(digest, lambda _: None)
        claims = await self.read(token)
        return await self._sessions.viewer_behind(
            digest,
            lambda c: IdentityRepository(c).session_by_id(
                claims.session_id, epoch=claims.epoch, expires_at=claims.expires_at
            ),
        )

    async def read(self, token: str) -> Claims:
        """What a token says, if it is one of ours and its time is not over.

        Raises:
            AccessTokenError: It is not; why is nobody's business.
        """
        from joserfc.errors import JoseError  # noqa: PLC0415 - as above

        try:
            decoded = await self._decoded(token)
        except (JoseError, ValueError, TypeError, KeyError) as wrong:
            raise _REFUSED from wrong
        claims = decoded.claims
        right = decoded.header.get("typ") == TYPE and (
            claims.get("iss"),
            claims.get("aud"),
        ) == (ISSUER, AUDIENCE)
        user_id, session_id = claims.get("sub"), claims.get("sid")
        epoch, expires = claims.get("epoch"), claims.get("exp")
        if (
            not right
            or not isinstance(user_id, str)
            or not isinstance(session_id, str)
            or not isinstance(epoch, int)
            or not isinstance(expires, int)
        ):
            raise _REFUSED
        expires_at = datetime.fromtimestamp(expires, UTC)
        if expires_at <= self._clock.now():
            raise _REFUSED
        return Claims(UserId(user_id), SessionId(session_id), epoch, expires_at)

    async def _decoded(self, token: str) -> "Token":
        from joserfc import jwt  # noqa: PLC0415 - as above

        if len(token) > MAX_LENGTH:
            raise ValueError(len(token))
        try:
            return jwt.decode(token, self._key_of, algorithms=[ALGORITHM])
        except KeyError:
            # No key that is known here: another process may have made it.
            await self._read_keys()
            return jwt.decode(token, self._key_of, algorithms=[ALGORITHM])

    def _key_of(self, token: "GuestProtocol") -> "OKPKey":
        return self._keys[token.headers()["kid"]]

    async def _signing_key(self) -> tuple[str, "OKPKey"]:
        async with self._making:
            if self._newest is None:
                await self._read_keys()
            now = self._clock.now()
            if self._newest is None or now - self._newest[1] > KEY_LIFETIME:
                await self._make_key(now)
                await self._read_keys()
            assert self._newest is not None  # noqa: S101 - just made
            return self._newest[0], self._keys[self._newest[0]]

    async def _make_key(self, now: datetime) -> None:
        """A new key; those that sign nothing that could still be worth anything are forgotten."""
        from joserfc.jwk import OKPKey  # noqa: PLC0415 - as above

        kid = new_id()
        private = OKPKey.generate_key("Ed25519").as_dict(private=True)
        sealed = self._box.seal(f"{private['d']}.{private['x']}".encode(), _KEY, kid)

        def unit(connection: Connection) -> None:
            connection.execute(
                delete(SIGNING_KEYS).where(SIGNING_KEYS.c.made_at < now - 2 * KEY_LIFETIME)
            )
            connection.execute(
                insert(SIGNING_KEYS), {"id": kid, "key_sealed": sealed, "made_at": now}
            )

        await self._database.write(unit)

    async def _read_keys(self) -> None:
        from joserfc.jwk import OKPKey  # noqa: PLC0415 - as above

        rows = await self._database.read(
            lambda c: c.execute(
                select(
                    SIGNING_KEYS.c.id, SIGNING_KEYS.c.key_sealed, SIGNING_KEYS.c.made_at
                ).order_by(SIGNING_KEYS.c.made_at)
            ).all()
        )
        keys: dict[str, OKPKey] = {}
        for row in rows:
            d, _, x = self._box.open(row.key_sealed, _KEY, row.id).decode().partition(".")
            keys[row.id] = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": d, "x": x})
            self._newest = row.id, row.made_at
        self._keys = keys


_REFUSED = AccessTokenError("This access token is not ours, or its time is over.")
