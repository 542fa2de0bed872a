"""OpenID Connect, as any provider speaks it: discovery, the code flow with PKCE and nonce, the ID token, the userinfo."""

import hmac
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from typing_extensions import override

from arcano.identity.elsewhere.ask_provider import ask_provider, is_object, read_json, unreachable
from arcano.identity.elsewhere.domain import Attempt, Finding, Told
from arcano.identity.elsewhere.errors import (
    ProviderUnreachableError,
    SignInCancelledError,
    SignInNotVerifiedError,
)
from arcano.identity.elsewhere.id_token import Expected, verified_claims
from arcano.identity.elsewhere.oauth import authorization_address, token_request
from arcano.identity.elsewhere.published_keys import PublishedKeys
from arcano.identity.elsewhere.read_claims import told_by, values_of
from arcano.identity.elsewhere.second_step import vouches
from arcano.identity.elsewhere.settings import SignInProviderSettings, is_safe
from arcano.identity.elsewhere.ways import RedirectWay
from arcano.platform.clock import Clock

log = logging.getLogger(__name__)

DISCOVERED_FOR: Final = timedelta(hours=1)
MAX_CODE: Final = 4096
NO_LONGER: Final = frozenset({"invalid_grant"})
"""What a provider answers about a refresh token that is worth nothing any more."""


class Discovered(BaseModel):
    """The part of a discovery document that we go by."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    id_token_signing_alg_values_supported: list[str] = Field(default_factory=lambda: ["RS256"])
    token_endpoint_auth_methods_supported: list[str] = Field(default_factory=list)
    code_challenge_methods_supported: list[str] = Field(default_factory=list)
    authorization_response_iss_parameter_supported: bool = False


class OidcProvider(RedirectWay):
    """One provider. What it publishes is read when it is first needed, and kept for an hour."""

    def __init__(
        self, name: str, settings: SignInProviderSettings, http: aiohttp.ClientSession, clock: Clock
    ) -> None:
        self.settings = settings
        self._name = name
        self._http = http
        self._clock = clock
        self._keys = PublishedKeys(http, clock)
        self._known: tuple[datetime, Discovered] | None = None

    @override
    async def address(self, attempt: Attempt) -> str:
        known = await self._discovered()
        return authorization_address(
            known.authorization_endpoint, self.settings, attempt, nonce=attempt.nonce
        )

    @override
    async def told(self, attempt: Attempt, answer: Mapping[str, str]) -> Told:
        known = await self._discovered()
        # Who answered, where the provider says so (RFC 9207): not another one whose answer was passed on to us.
        if answer.get("iss", known.issuer) != known.issuer or (
            known.authorization_response_iss_parameter_supported and "iss" not in answer
        ):
            raise SignInNotVerifiedError("Another provider answered. Begin again.")
        tokens = await self._exchange(known, attempt, code_of(answer))
        claims = await self._verified(known, tokens, nonce=attempt.nonce)
        return self._as_told(claims, await self._more(known, claims, tokens), tokens)

    @override
    async def told_again(self, refresh_token: str, *, subject: str) -> Told | None:
        known = await self._discovered()
        form, headers = token_request(
            known.token_endpoint,
            self.settings,
            "refresh_token",
            methods=known.token_endpoint_auth_methods_supported,
            refresh_token=refresh_token,
        )
        status, tokens = await ask_provider(
            self._http, known.token_endpoint, form=form, headers=headers
        )
        if status in (400, 401) and is_object(tokens) and tokens.get("error") in NO_LONGER:
            return None
        if status != 200 or not is_object(tokens):
            raise unreachable(known.token_endpoint, f"it answered {status}")
        claims: Mapping[str, Any] = {"iss": known.issuer, "sub": subject}
        if "id_token" in tokens:
            claims = await self._verified(known, tokens, nonce=None)
        if claims["sub"] != subject:
            raise SignInNotVerifiedError("The provider spoke of somebody else.")
        more = await self._more(known, claims, tokens)
        if more is claims and "id_token" not in tokens:
            raise unreachable(known.token_endpoint, "it says nothing about the person")
        return self._as_told(claims, more, tokens)

    @override
    async def test(self) -> list[Finding]:
        self._known = None
        try:
            known = await self._discovered()
        except ProviderUnreachableError as failure:
            return [Finding("discovery", failure.detail, is_good=False)]
        findings = [Finding("discovery", f"{known.issuer} describes itself.", is_good=True)]
        try:
            count = await self._keys.read(known.jwks_uri)
            findings.append(Finding("keys", f"It publishes {count} of them.", is_good=count > 0))
        except ProviderUnreachableError as failure:
            findings.append(Finding("keys", failure.detail, is_good=False))
        has_pkce = "S256" in known.code_challenge_methods_supported
        says = "It says that it knows PKCE." if has_pkce else "It does not say that it knows PKCE."
        return [*findings, Finding("pkce", says, is_good=has_pkce)]

    async def _discovered(self) -> Discovered:
        now = self._clock.now()
        if self._known is not None and now - self._known[0] < DISCOVERED_FOR:
            return self._known[1]
        issuer = self.settings.at
        address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            known = Discovered.model_validate(await read_json(self._http, address))
        except ValidationError as broken:
            raise unreachable(address, "it is no discovery document") from broken
        if known.issuer != issuer:
            raise unreachable(address, f"it calls itself {known.issuer[:200]}, not {issuer}")
        endpoints = [known.authorization_endpoint, known.token_endpoint, known.jwks_uri]
        if not all(map(is_safe, [*endpoints, known.userinfo_endpoint or issuer])):
            raise unreachable(address, "it names an address that is not safe")
        self._known = (now, known)
        return known

    async def _exchange(self, known: Discovered, attempt: Attempt, code: str) -> dict[str, Any]:
        form, headers = token_request(
            known.token_endpoint,
            self.settings,
            "authorization_code",
            methods=known.token_endpoint_auth_methods_supported,
            code=code,
            redirect_uri=attempt.redirect_uri,
            code_verifier=attempt.verifier,
        )
        return await exchange(self._http, known.token_endpoint, form, headers)

    async def _verified(
        self, known: Discovered, tokens: Mapping[str, Any], *, nonce: str | None
    ) -> Mapping[str, Any]:
        return await verified_claims(
            tokens.get("id_token"),
            keys=self._keys,
            keys_at=known.jwks_uri,
            algorithms=known.id_token_signing_alg_values_supported,
            expected=Expected(
                known.issuer, self.settings.client_id, nonce, _text(tokens, "access_token")
            ),
            now=self._clock.now(),
        )

    async def _more(
        self, known: Discovered, claims: Mapping[str, Any], tokens: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """The claims, with those that only the userinfo has. It must speak of the same person."""
        access_token = _text(tokens, "access_token")
        if known.userinfo_endpoint is None or access_token is None or self._is_whole(claims):
            return claims
        told = await read_json(
            self._http, known.userinfo_endpoint, Authorization=f"Bearer {access_token}"
        )
        if not hmac.compare_digest(str(told.get("sub")).encode(), str(claims["sub"]).encode()):
            raise SignInNotVerifiedError("The provider spoke of somebody else.")
        return {**told, **claims}

    def _is_whole(self, claims: Mapping[str, Any]) -> bool:
        """Whether the ID token said everything that we want to know."""
        wanted = ("email_verified", self.settings.group_claim, self.settings.role_claim)
        return "email" in claims and all(
            values_of(claims, path) is not None or path in claims for path in wanted if path
        )

    def _as_told(
        self, claims: Mapping[str, Any], more: Mapping[str, Any], tokens: Mapping[str, Any]
    ) -> Told:
        return told_by(
            more,
            self.settings,
            provider=self._name,
            issuer=claims["iss"],
            subject=claims["sub"],
            refresh_token=_text(tokens, "refresh_token"),
            vouched=vouches(claims, self.settings),
        )


def code_of(answer: Mapping[str, str]) -> str:
    """The code that the browser came back with.

    Raises:
        SignInCancelledError: An error instead of it.
        SignInNotVerifiedError: Neither.
    """
    if "error" in answer:
        log.info("a provider did not sign somebody in", extra={"why": answer["error"][:100]})
        raise SignInCancelledError("The provider did not sign you in. Begin again.")
    code = answer.get("code", "")
    if not 0 < len(code) <= MAX_CODE:
        raise SignInNotVerifiedError("The provider's answer says nothing. Begin again.")
    return code


async def exchange(
    http: aiohttp.ClientSession, endpoint: str, form: str, headers: Mapping[str, str]
) -> dict[str, Any]:
    """The tokens for a code.

    Raises:
        SignInNotVerifiedError: The provider does not take the code, or not from us.
        ProviderUnreachableError: It does not answer as it should.
    """
    status, tokens = await ask_provider(http, endpoint, form=form, headers=headers)
    if not is_object(tokens) or status >= 500:
        raise unreachable(endpoint, f"it answered {status}")
    if status != 200 or "error" in tokens:
        log.warning("a provider took no code", extra={"why": str(tokens.get("error"))[:100]})
        raise SignInNotVerifiedError("The provider did not take its own answer. Begin again.")
    if str(tokens.get("token_type", "bearer")).lower() != "bearer":
        raise SignInNotVerifiedError("The provider gave a token of an unknown type.")
    return tokens


def _text(tokens: Mapping[str, Any], key: Literal["access_token", "refresh_token"]) -> str | None:
    value = tokens.get(key)
    return value if isinstance(value, str) and value else None
