"""Firebase: an ID token that an application got there, handed over. Signed with RS256 by the project's keys.

The emulator signs nothing. Its tokens are taken only by a server that was started with the emulator's own variable,
`FIREBASE_AUTH_EMULATOR_HOST`, and so is told by the very variable that makes the applications use it.
"""

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
import orjson
from typing_extensions import override

from arcano.identity.elsewhere.ask_provider import is_object
from arcano.identity.elsewhere.domain import Finding, Told
from arcano.identity.elsewhere.errors import ProviderUnreachableError, SignInNotVerifiedError
from arcano.identity.elsewhere.id_token import (
    LEEWAY_SECONDS,
    MAX_TOKEN,
    Expected,
    check_claims,
    verified_claims,
)
from arcano.identity.elsewhere.published_keys import PublishedKeys
from arcano.identity.elsewhere.read_claims import told_by
from arcano.identity.elsewhere.second_step import vouches
from arcano.identity.elsewhere.settings import SignInProviderSettings
from arcano.identity.elsewhere.ways import TokenWay
from arcano.platform.clock import Clock

MAX_SUBJECT: Final = 128
SIGNED_IN_WITHIN_SECONDS: Final = 600
"""A token is good for an hour, and for a session of weeks only right after the person showed who they are."""


class FirebaseProject(TokenWay):
    """One project. `trusts_emulator`: whether tokens that nobody signed are taken."""

    def __init__(
        self,
        name: str,
        settings: SignInProviderSettings,
        http: aiohttp.ClientSession,
        clock: Clock,
        *,
        trusts_emulator: bool,
    ) -> None:
        self.settings = settings
        self._name = name
        self._clock = clock
        self._keys = PublishedKeys(http, clock)
        self._trusts_emulator = trusts_emulator

    @override
    async def told(self, token: str) -> Told:
        expected = Expected(self.settings.at, self.settings.project, max_age_seconds=None)
        now = self._clock.now()
        unsigned = _unsigned(token) if self._trusts_emulator else None
        if unsigned is not None:
            check_claims(unsigned, algorithm="none", expected=expected, now=now)
            claims = unsigned
        else:
            claims = await verified_claims(
                token,
                keys=self._keys,
                keys_at=self.settings.keys_url,
                algorithms=["RS256"],
                expected=expected,
                now=now,
            )
        self._check_sign_in(claims, int(now.timestamp()))
        return told_by(
            claims,
            self.settings,
            provider=self._name,
            issuer=claims["iss"],
            subject=claims["sub"],
            vouched=vouches(claims, self.settings),
        )

    @override
    async def test(self) -> list[Finding]:
        findings: list[Finding] = []
        try:
            count = await self._keys.read(self.settings.keys_url)
            findings.append(Finding("keys", f"It publishes {count} of them.", is_good=count > 0))
        except ProviderUnreachableError as failure:
            findings.append(Finding("keys", failure.detail, is_good=False))
        if self._trusts_emulator:
            findings.append(
                Finding(
                    "emulator",
                    "Tokens of the emulator are taken: anybody can make one.",
                    is_good=False,
                )
            )
        return findings

    def _check_sign_in(self, claims: Mapping[str, Any], now: int) -> None:
        at = claims.get("auth_time")
        if not isinstance(at, int) or isinstance(at, bool) or at > now + LEEWAY_SECONDS:
            raise SignInNotVerifiedError("The token does not say when its person signed in.")
        if at < now - SIGNED_IN_WITHIN_SECONDS:
            raise SignInNotVerifiedError("That was long ago. Sign in to Firebase again.")
        if len(claims["sub"]) > MAX_SUBJECT:
            raise SignInNotVerifiedError("The token names nobody.")


def _unsigned(token: str) -> dict[str, Any] | None:
    """What the emulator's token says; None for one that claims to be signed."""
    from joserfc import jws  # noqa: PLC0415 - loaded with the first token
    from joserfc.errors import JoseError  # noqa: PLC0415

    parts = token.split(".")
    if len(token) > MAX_TOKEN or len(parts) != 3 or parts[2]:
        return None
    try:
        unsigned = jws.extract_compact(token.encode())
        claims = orjson.loads(unsigned.payload) if unsigned.headers().get("alg") == "none" else None
    except (JoseError, ValueError):
        return None
    return claims if is_object(claims) else None
