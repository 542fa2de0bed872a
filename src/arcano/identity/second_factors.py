"""Second factors: codes by the clock (TOTP, RFC 6238), codes for an emergency, and passkeys (WebAuthn).

Whoever has one is asked for it after the password. What is asked is kept as a challenge that can be answered once and
for five minutes. Codes are counted: none is taken twice. Secrets are sealed for their row.
"""

import base64
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from sqlalchemy import Connection, delete, insert, select, update

from arcano.identity.domain import UserId
from arcano.identity.errors import ChallengeOverError, WrongCodeError
from arcano.identity.sessions import digest_of
from arcano.identity.tables import CHALLENGES, PASSKEYS, RECOVERY_CODES, TOTP
from arcano.platform.acts import Act, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import NotFoundError
from arcano.platform.ids import new_id
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.columns import SealedColumn

if TYPE_CHECKING:
    from fido2.webauthn import AttestedCredentialData

T = TypeVar("T")

STEP_SECONDS = 30
RECOVERY_CODE_COUNT = 10
ANSWER_WITHIN = timedelta(minutes=5)
ISSUER = "Arcano"
HALF_WAY_COOKIE = "arcano_half_way"
"""Who was signed in elsewhere and is to show a factor; see `elsewhere/second_step.py`."""
HALF_WAY_PATH = "/api/session/second"

_SECRET = SealedColumn(TOTP.c.secret_sealed)

Method = Literal["code", "passkey", "recovery"]


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its person knows it."""

    id: str
    name: str
    host: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody has set up."""

    has_codes: bool
    passkeys: Sequence[Passkey]
    recovery_left: int

    @property
    def methods(self) -> list[Method]:
        """How they may be asked; empty where the password is enough."""
        found: list[Method] = []
        if self.has_codes:
            found.append("code")
        if self.passkeys:
            found.append("passkey")
        if found and self.recovery_left:
            found.append("recovery")
        return found


@dataclass(frozen=True, slots=True)
class Site:
    """The address under which the browser sees us: passkeys are bound to it. Origins were checked at the edge."""

    origin: str

    @property
    def host(self) -> str:
        return self.origin.partition("://")[2].rpartition(":")[0] or self.origin.partition("://")[2]


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge: its token, and for passkeys what the browser is to be told."""

    token: str
    options: dict[str, Any] | None


class SecondFactors:
    """Sets factors up, asks for them, and checks what is answered."""

    def __init__(self, database: Database, box: SecretBox, clock: Clock) -> None:
        self._database = database
        self._box = box
        self._clock = clock

    async def of(self, user_id: UserId) -> Factors:
        return await self._database.read(lambda c: _factors(c, user_id))

    # Codes by the clock

    async def begin_codes(self, user_id: UserId) -> str:
        """A new secret for an authenticator app, in Base32. It counts once `confirm_codes` has seen a code of it."""
        from pyotp import random_base32  # noqa: PLC0415 - few ever need it

        secret = random_base32()
        sealed = self._box.seal(secret.encode(), _SECRET, user_id)

        def unit(connection: Connection) -> None:
            row = connection.execute(
                select(TOTP.c.confirmed_at).where(TOTP.c.user_id == user_id)
            ).one_or_none()
            if row is not None and row.confirmed_at is not None:
                raise ChallengeOverError("Codes are set up already. Turn them off first.")
            connection.execute(delete(TOTP).where(TOTP.c.user_id == user_id))
            connection.execute(
                insert(TOTP),
                {"user_id": user_id, "secret_sealed": sealed, "confirmed_at": None, "last_step": 0},
            )

        await self._database.write(unit)
        return secret

    async def confirm_codes(self, user_id: UserId, code: str, *, act: Act) -> list[str]:
        """The app works: from now on codes are asked for. Returns the recovery codes, which are shown once.

        Raises:
            WrongCodeError: Not a code of this secret.
        """
        codes = [_recovery_code() for _ in range(RECOVERY_CODE_COUNT)]
        now = self._clock.now()

        def unit(connection: Connection) -> None:
            self._take_code(connection, user_id, code, confirmed=False)
            connection.execute(
                update(TOTP).where(TOTP.c.user_id == user_id).values(confirmed_at=now)
            )
            _keep_recovery_codes(connection, user_id, codes)
            record(connection, act, now=now)

        await self._database.write(unit)
        return codes

    async def renew_recovery_codes(self, user_id: UserId, *, act: Act) -> list[str]:
        """Other recovery codes; the old ones are worth nothing."""
        codes = [_recovery_code() for _ in range(RECOVERY_CODE_COUNT)]

        def unit(connection: Connection) -> None:
            _keep_recovery_codes(connection, user_id, codes)
            record(connection, act, now=self._clock.now())

        await self._database.write(unit)
        return codes

    async def drop_codes(self, user_id: UserId, *, act: Act) -> None:
        """No codes any more; without another factor the recovery codes go too."""

        def unit(connection: Connection) -> None:
            connection.execute(delete(TOTP).where(TOTP.c.user_id == user_id))
            _drop_useless_recovery_codes(connection, user_id)
            record(connection, act, now=self._clock.now())

        await self._database.write(unit)

    # Passkeys

    async def begin_passkey(self, user_id: UserId, *, name: str, site: Site) -> Asked:
        """What the browser must be told to make a passkey."""
        from fido2.webauthn import PublicKeyCredentialUserEntity  # noqa: PLC0415 - few ever need it

        known = await self._database.read(lambda c: _credentials(c, user_id, site.host))
        user = PublicKeyCredentialUserEntity(name=name, id=user_id.encode(), display_name=name)
        options, state = _server(site).register_begin(user, [one.data for one in known])
        token = await self._challenge(user_id, "make-passkey", state)
        return Asked(token, dict(options))

    async def add_passkey(
        self,
        user_id: UserId,
        token: str,
        answer: Mapping[str, Any],
        *,
        name: str,
        site: Site,
        act: Act,
    ) -> tuple[Passkey, list[str]]:
        """The new passkey, and recovery codes if there were none.

        Raises:
            ChallengeOverError: Too late, or answered already.
            WrongCodeError: The browser's answer does not fit what it was asked.
        """
        now = self._clock.now()
        codes = [_recovery_code() for _ in range(RECOVERY_CODE_COUNT)]

        def unit(connection: Connection) -> tuple[Passkey, list[str]]:
            state = self._take_challenge(connection, user_id, "make-passkey", token)
            made = _checked(lambda: _server(site).register_complete(state, answer))
            if made.credential_data is None:
                raise WrongCodeError("This is no answer of a passkey.")
            passkey = Passkey(new_id(), name, site.host, now, None)
            connection.execute(
                insert(PASSKEYS),
                {
                    "id": passkey.id,
                    "user_id": user_id,
                    "credential_id": made.credential_data.credential_id,
                    "credential": bytes(made.credential_data),
                    "host": site.host,
                    "name": name,
                    "made_at": now,
                    "used_at": None,
                    "sign_count": made.counter,
                },
            )
            record(connection, act, now=now)
            if _factors(connection, user_id).recovery_left:
                return passkey, []
            _keep_recovery_codes(connection, user_id, codes)
            return passkey, codes

        return await self._database.write(unit)

    async def drop_passkey(self, user_id: UserId, passkey_id: str, *, act: Act) -> None:
        """Forget it.

        Raises:
            NotFoundError: There is no such passkey of this person's.
        """

        def unit(connection: Connection) -> None:
            dropped = connection.execute(
                delete(PASSKEYS).where(PASSKEYS.c.id == passkey_id, PASSKEYS.c.user_id == user_id)
            )
            if not dropped.rowcount:
                raise NotFoundError("There is no such passkey.")
            _drop_useless_recovery_codes(connection, user_id)
            record(connection, act, now=self._clock.now())

        await self._database.write(unit)

    # Asking

    async def ask(self, user_id: UserId, *, purpose: str, site: Site | None) -> Asked:
        """Ask somebody who has factors for one of them. `purpose` keeps answers to one question from another."""
        known = (
            await self._database.read(lambda c: _credentials(c, user_id, site.host)) if site else []
        )
        if site is None or not known:
            return Asked(await self._challenge(user_id, purpose, None), None)
        options, state = _server(site).authenticate_begin([one.data for one in known])
        return Asked(await self._challenge(user_id, purpose, state), dict(options))

    async def who_was_asked(self, token: str, *, purpose: str) -> UserId:
        """Whose challenge this is.

        Raises:
            ChallengeOverError: Nobody's any more.
        """
        row = await self._database.read(
            lambda c: c.execute(
                select(CHALLENGES.c.user_id).where(
                    CHALLENGES.c.digest == digest_of(token),
                    CHALLENGES.c.purpose == purpose,
                    CHALLENGES.c.expires_at > self._clock.now(),
                )
            ).one_or_none()
        )
        if row is None:
            raise _over()
        return UserId(row.user_id)

    async def answer(
        self,
        user_id: UserId,
        token: str,
        *,
        purpose: str,
        code: str | None,
        passkey: Mapping[str, Any] | None,
        site: Site | None,
    ) -> None:
        """Accept a right answer, once. A wrong one leaves the question open, until its time is over.

        Raises:
            ChallengeOverError: Too late, or answered already.
            WrongCodeError: Not right, or a code that was used before.
        """

        def unit(connection: Connection) -> None:
            state = self._take_challenge(connection, user_id, purpose, token)
            if passkey is not None and site is not None:
                self._take_passkey(connection, user_id, state, passkey, site)
            elif code is not None and code.strip().isdecimal():
                self._take_code(connection, user_id, code.strip(), confirmed=True)
            elif code is not None:
                _take_recovery_code(connection, user_id, code)
            else:
                raise WrongCodeError("A code or a passkey is needed.")

        await self._database.write(unit)

    def _take_passkey(
        self,
        connection: Connection,
        user_id: UserId,
        state: Any,  # noqa: ANN401 - the library's own
        answer: Mapping[str, Any],
        site: Site,
    ) -> None:
        known = _credentials(connection, user_id, site.host)
        if state is None or not known:
            raise WrongCodeError("No passkey was asked for.")
        used = _checked(
            lambda: _server(site).authenticate_complete(state, [one.data for one in known], answer)
        )
        (stored,) = (one for one in known if one.data.credential_id == used.credential_id)
        count = _sign_count(answer)
        if count and count <= stored.sign_count:
            # Two of the same key count for themselves: one of them is a copy (WebAuthn, 6.1.1).
            raise WrongCodeError("This passkey was copied. Sign in otherwise, and remove it.")
        connection.execute(
            update(PASSKEYS)
            .where(PASSKEYS.c.id == stored.id)
            .values(used_at=self._clock.now(), sign_count=count)
        )

    def _take_code(
        self, connection: Connection, user_id: UserId, code: str, *, confirmed: bool
    ) -> None:
        from pyotp.totp import TOTP as Codes  # noqa: N811, PLC0415 - a class; as above
        from pyotp.utils import strings_equal  # noqa: PLC0415

        row = connection.execute(select(TOTP).where(TOTP.c.user_id == user_id)).one_or_none()
        if row is None or (row.confirmed_at is not None) is not confirmed:
            raise WrongCodeError("This code is not right.")
        totp = Codes(self._box.open(row.secret_sealed, _SECRET, user_id).decode())
        now = int(self._clock.now().timestamp()) // STEP_SECONDS
        for step in (now, now - 1, now + 1):
            if step > row.last_step and strings_equal(totp.at(step * STEP_SECONDS), code):
                connection.execute(
                    update(TOTP).where(TOTP.c.user_id == user_id).values(last_step=step)
                )
                return
        raise WrongCodeError("This code is not right, or it was used already. Take the next one.")

    async def _challenge(self, user_id: UserId, purpose: str, state: Any) -> str:  # noqa: ANN401 - the library's own
        token = secrets.token_urlsafe(32)
        now = self._clock.now()

        def unit(connection: Connection) -> None:
            connection.execute(delete(CHALLENGES).where(CHALLENGES.c.expires_at < now))
            connection.execute(
                insert(CHALLENGES),
                {
                    "digest": digest_of(token),
                    "user_id": user_id,
                    "purpose": purpose,
                    "state": json.dumps(state),
                    "expires_at": now + ANSWER_WITHIN,
                },
            )

        await self._database.write(unit)
        return token

    def _take_challenge(
        self, connection: Connection, user_id: UserId, purpose: str, token: str
    ) -> Any:  # noqa: ANN401 - the library's own
        taken = connection.execute(
            delete(CHALLENGES)
            .where(
                CHALLENGES.c.digest == digest_of(token),
                CHALLENGES.c.user_id == user_id,
                CHALLENGES.c.purpose == purpose,
                CHALLENGES.c.expires_at > self._clock.now(),
            )
            .returning(CHALLENGES.c.state)
        ).one_or_none()
        if taken is None:
            raise _over()
        return json.loads(taken.state)


@dataclass(frozen=True, slots=True)
class _Credential:
    id: str
    data: "AttestedCredentialData"
    sign_count: int


def drop_all_factors(connection: Connection, user_id: UserId) -> bool:
    """No codes, no passkeys, and nothing that was asked. Answers whether there was any factor."""
    had = bool(_factors(connection, user_id).methods)
    for table in (TOTP, PASSKEYS, RECOVERY_CODES, CHALLENGES):
        connection.execute(delete(table).where(table.c.user_id == user_id))
    return had


def _factors(connection: Connection, user_id: UserId) -> Factors:
    codes = connection.execute(
        select(TOTP.c.user_id).where(TOTP.c.user_id == user_id, TOTP.c.confirmed_at.is_not(None))
    ).one_or_none()
    passkeys = connection.execute(
        select(
            PASSKEYS.c.id, PASSKEYS.c.name, PASSKEYS.c.host, PASSKEYS.c.made_at, PASSKEYS.c.used_at
        )
        .where(PASSKEYS.c.user_id == user_id)
        .order_by(PASSKEYS.c.made_at)
    )
    left = connection.execute(
        select(RECOVERY_CODES.c.digest).where(RECOVERY_CODES.c.user_id == user_id)
    ).all()
    return Factors(codes is not None, [Passkey(*row) for row in passkeys], len(left))


def _credentials(connection: Connection, user_id: UserId, host: str) -> list[_Credential]:
    from fido2.webauthn import AttestedCredentialData  # noqa: PLC0415 - as above

    rows = connection.execute(
        select(PASSKEYS.c.id, PASSKEYS.c.credential, PASSKEYS.c.sign_count).where(
            PASSKEYS.c.user_id == user_id, PASSKEYS.c.host == host
        )
    )
    return [
        _Credential(row.id, AttestedCredentialData(row.credential), row.sign_count) for row in rows
    ]


def _server(site: Site) -> Any:  # noqa: ANN401 - the library tells half of its types
    from fido2.server import Fido2Server  # noqa: PLC0415 - as above
    from fido2.webauthn import PublicKeyCredentialRpEntity  # noqa: PLC0415

    return Fido2Server(
        PublicKeyCredentialRpEntity(name=ISSUER, id=site.host),
        verify_origin=lambda origin: origin == site.origin,
    )


def _checked(check: Callable[[], T]) -> T:
    """What the library says of an answer that anybody may have made up."""
    try:
        return check()
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise WrongCodeError("This is not the passkey that was asked for.") from wrong


def _sign_count(answer: Mapping[str, Any]) -> int:
    from fido2.webauthn import AuthenticationResponse  # noqa: PLC0415 - as above

    return AuthenticationResponse.from_dict(answer).response.authenticator_data.counter


def _recovery_code() -> str:
    """80 bits that nobody guesses, in letters that nobody mistakes."""
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def _keep_recovery_codes(connection: Connection, user_id: UserId, codes: Sequence[str]) -> None:
    connection.execute(delete(RECOVERY_CODES).where(RECOVERY_CODES.c.user_id == user_id))
    connection.execute(
        insert(RECOVERY_CODES),
        [{"user_id": user_id, "digest": digest_of(_letters(code))} for code in codes],
    )


def _take_recovery_code(connection: Connection, user_id: UserId, code: str) -> None:
    taken = connection.execute(
        delete(RECOVERY_CODES).where(
            RECOVERY_CODES.c.user_id == user_id,
            RECOVERY_CODES.c.digest == digest_of(_letters(code)),
        )
    )
    if not taken.rowcount:
        raise WrongCodeError("This code is not right, or it was used already.")


def _drop_useless_recovery_codes(connection: Connection, user_id: UserId) -> None:
    if not _factors(connection, user_id).methods:
        connection.execute(delete(RECOVERY_CODES).where(RECOVERY_CODES.c.user_id == user_id))


def _letters(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter.isalnum())


def _over() -> ChallengeOverError:
    return ChallengeOverError("This question is over. Begin again.")
