"""The ways to sign in elsewhere, as the doors see them: a redirect to the provider and back, or a token handed over."""

from collections.abc import Mapping
from typing import Any, Protocol

from arcano.identity.elsewhere.domain import Attempt, Finding, Told
from arcano.identity.elsewhere.settings import SignInProviderSettings


class RedirectWay(Protocol):
    """A provider to which the browser is sent, and from which it comes back with an answer."""

    settings: SignInProviderSettings

    async def address(self, attempt: Attempt) -> str:
        """Where to send the browser.

        Raises:
            ProviderUnreachableError: The provider does not say where.
        """
        ...

    async def told(self, attempt: Attempt, answer: Mapping[str, str]) -> Told:
        """Who it is, by the answer with which the browser came back. `state` in it was checked before.

        Raises:
            SignInCancelledError: The person or the provider said no.
            SignInNotVerifiedError: It is not to be trusted.
            ProviderUnreachableError: The provider does not answer as it should.
        """
        ...

    async def told_again(self, refresh_token: str, *, subject: str) -> Told | None:
        """What the provider says about the person now, without them. None: it no longer speaks for them.

        Raises:
            ProviderUnreachableError: The provider does not answer as it should.
        """
        ...

    async def test(self) -> list[Finding]:
        """Look at everything that can be looked at without a person."""
        ...


class TokenWay(Protocol):
    """A provider whose signed token somebody hands over."""

    settings: SignInProviderSettings

    async def told(self, token: str) -> Told:
        """Who it is.

        Raises:
            SignInNotVerifiedError: The token is not to be trusted.
            ProviderUnreachableError: The provider's keys cannot be read.
        """
        ...

    async def test(self) -> list[Finding]:
        """Look at everything that can be looked at without a person."""
        ...


Way = RedirectWay | TokenWay

Claims = Mapping[str, Any]
